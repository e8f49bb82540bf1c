import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ANNOUNCEMENTS_ID,
  type Conversation,
  type MarkReadInput,
  type Message,
  type Receipt,
} from '../../src/contract/index.ts'
import { send } from '../broadcasts/helpers.ts'
import { add, createGroup, messagesOf, remove, say, team } from '../helpers/groups.ts'
import { newId, next, request, type Person } from '../helpers/people.ts'

const NAMES = ['ada', 'grace', 'linus'] as const

const who = fc.nat(NAMES.length - 1)
/** A place among the newest ones. */
const back = fc.nat(8)
/** Which of the two devices of a user reads. */
const device = fc.constantFrom(0, 1)
const deeds = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('say' as const), who }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), who, back }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), who, back }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), who, back, device }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('see' as const), who, back, length: fc.nat(4), device }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('join' as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('block' as const), who, on: fc.boolean() }) },
  ),
  { minLength: 5, maxLength: 30 },
)

/** Counts what a user sees and has not read, by looking at every message. */
async function naive(person: Person, conversationId: string, read: ReadonlySet<number>): Promise<number> {
  return (await messagesOf(person, conversationId)).filter(
    ({ kind, deletedAt, hidden, senderId, seq }) =>
      kind === 'user' && deletedAt === null && !hidden && senderId !== person.id && !read.has(seq),
  ).length
}

type Devices = [Awaited<ReturnType<Person['connect']>>, Awaited<ReturnType<Person['connect']>>]

/** Reads on one device. The other one hears the same, and the count is that of the list. */
async function readOn(devices: Devices, device: number, person: Person, input: MarkReadInput): Promise<void> {
  const [reading, other] = device === 0 ? devices : devices.toReversed()
  if (!reading || !other) return
  const isOwn = ({ conversationId, userId }: Receipt) => conversationId === input.conversationId && userId === person.id
  const told = next(other, 'receiptMoved', isOwn)
  const receipt = await request(reading, 'markRead', input)
  if (!receipt.own) return
  expect(await told).toEqual(receipt)
  expect(receipt.own.unreadCount).toBe((await chatOf(person, input.conversationId)).unreadCount)
}

const chatOf = async (person: Person, id: string): Promise<Conversation> => (await person.get(`/api/chats/${id}`)).body
const upTo = (seq: number): number[] => Array.from({ length: seq }, (_, index) => index + 1)

test.each(['direct', 'group'] as const)(
  '[CNT1] unread is what a user sees and has not read, whatever happens in a %s conversation',
  { timeout: 120_000 },
  async (kind) => {
    const { people } = await team(NAMES)
    const [ada, grace] = people as [Person, Person, Person]
    const devices = new Map<string, Devices>()
    for (const each of people) devices.set(each.id, [await each.connect(), await each.connect()])
    const devicesOf = ({ id }: Person): Devices => devices.get(id) as Devices
    await fc.assert(
      fc.asyncProperty(deeds, async (steps) => {
        const id =
          kind === 'group'
            ? (await createGroup(ada, [grace], { history: 'all' })).id
            : (await ada.post('/api/chats', { userId: grace.id })).body.id
        const read = new Map(people.map(({ id }) => [id, new Set<number>()]))
        const membersOnly = kind === 'group' ? people : [ada, grace]
        for (const person of membersOnly) {
          const { status, body } = await person.get(`/api/chats/${id}`)
          if (status === 200) read.set(person.id, new Set(upTo(body.lastSeq)))
          if (status === 200) await person.post(`/api/messages/${id}/read`, { seq: body.lastSeq })
        }
        for (const step of steps) {
          const actor = people[step.who]
          if (!actor || !membersOnly.includes(actor)) continue
          const { body: chat, status } = await actor.get(`/api/chats/${id}`)
          const isIn = status === 200
          const place = isIn && 'back' in step ? Math.max(1, chat.lastSeq - step.back) : 1
          switch (step.kind) {
            case 'say': {
              const { status: sent, body } = await actor.post('/api/messages', {
                conversationId: id,
                text: newId(),
                clientMessageId: newId(),
              })
              if (sent === 201) for (const seq of upTo(body.seq)) read.get(actor.id)?.add(seq)
              break
            }
            case 'delete':
              await actor.delete(`/api/messages/${id}/${place}`)
              break
            case 'edit':
              await actor.patch(`/api/messages/${id}/${place}`, { text: newId(), clientEditId: newId() })
              break
            case 'read':
              if (!isIn) break
              await readOn(devicesOf(actor), step.device, actor, { conversationId: id, seq: place, seenFrom: 1 })
              for (const seq of upTo(Math.min(place, chat.lastSeq))) read.get(actor.id)?.add(seq)
              break
            case 'see': {
              if (!isIn || chat.lastSeq === 0) break
              const to = Math.min(chat.lastSeq, place + step.length)
              await readOn(devicesOf(actor), step.device, actor, { conversationId: id, seq: to, seenFrom: place })
              for (const seq of upTo(to)) if (seq >= place) read.get(actor.id)?.add(seq)
              break
            }
            case 'join': {
              if (kind !== 'group' || actor === ada) break
              if (isIn) await remove(ada, id, actor)
              else {
                await add(ada, id, actor)
                // Nothing from before is unread for a new member.
                const { lastSeq } = await chatOf(actor, id)
                for (const seq of upTo(lastSeq)) read.get(actor.id)?.add(seq)
              }
              break
            }
            case 'rename':
              if (kind === 'group') await ada.patch(`/api/groups/${id}`, { name: newId().slice(-20) })
              break
            case 'block':
              if (kind !== 'direct') break
              if (step.on) await actor.post('/api/blocks', { userId: actor === ada ? grace.id : ada.id })
              else await actor.delete(`/api/blocks/${actor === ada ? grace.id : ada.id}`)
              break
          }
        }
        for (const person of membersOnly) {
          const { status, body } = await person.get(`/api/chats/${id}`)
          if (status !== 200) continue
          const expected = await naive(person, id, read.get(person.id) ?? new Set())
          expect(body.unreadCount).toBe(expected)
          const listed = (await person.get('/api/chats?unread=true&limit=100')).body.items as Conversation[]
          expect(listed.find((each) => each.id === id)?.unreadCount ?? 0).toBe(expected)
        }
      }),
      { numRuns: 15 },
    )
  },
)

const unreadOf = async (person: Person, id: string): Promise<number> => (await chatOf(person, id)).unreadCount

test('three sent and three deleted messages are none unread, live and in lists', async () => {
  const { people } = await team(NAMES)
  const [ada, grace] = people as [Person, Person, Person]
  const sent: Message[] = []
  for (const text of ['One', 'Two', 'Three'])
    sent.push((await ada.post('/api/messages', { receiverId: grace.id, text, clientMessageId: newId() })).body)
  const [first] = sent as [Message]
  expect(await unreadOf(grace, first.conversationId)).toBe(3)
  for (const { conversationId, seq } of sent) await ada.delete(`/api/messages/${conversationId}/${seq}`)
  expect(await unreadOf(grace, first.conversationId)).toBe(0)
  expect((await grace.get('/api/chats?unread=true')).body.items).toEqual([])
})

test('joins and leaves are not unread and move a group in no list', async () => {
  const { people } = await team(NAMES)
  const [ada, grace, linus] = people as [Person, Person, Person]
  const group = await createGroup(ada, [grace])
  const { conversationId } = (
    await ada.post('/api/messages', { receiverId: grace.id, text: 'Newer', clientMessageId: newId() })
  ).body
  for (let round = 0; round < 3; round += 1) {
    await add(ada, group.id, linus)
    await remove(ada, group.id, linus)
  }
  const { items } = (await grace.get('/api/chats')).body as { items: Conversation[] }
  expect(items.map(({ id, unreadCount }) => [id, unreadCount]).slice(0, 2)).toEqual([
    [conversationId, 1],
    [group.id, 0],
  ])
  // What an admin did to a group is no reading of what others wrote.
  await say(grace, group.id, 'Unread')
  await add(ada, group.id, linus)
  expect(await unreadOf(ada, group.id)).toBe(1)
})

test('announcements for others are not unread, and a deleted one is not', async () => {
  const { people } = await team(NAMES)
  const [ada, grace, linus] = people as [Person, Person, Person]
  const before = await Promise.all([grace, linus].map((person) => unreadOf(person, ANNOUNCEMENTS_ID)))
  await send(ada, { audience: { kind: 'people', ids: [grace.id] } })
  await send(ada, {})
  const now = () => Promise.all([grace, linus].map((person) => unreadOf(person, ANNOUNCEMENTS_ID)))
  expect(await now()).toEqual([(before[0] ?? 0) + 2, (before[1] ?? 0) + 1])
  const { lastSeq } = await chatOf(grace, ANNOUNCEMENTS_ID)
  await ada.delete(`/api/messages/${ANNOUNCEMENTS_ID}/${lastSeq - 1}`)
  expect(await now()).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1])
})

test('[CNT1] messages seen past others are read, the others are not, and every device hears it', async () => {
  const { people } = await team(NAMES)
  const [ada, grace] = people as [Person, Person, Person]
  let conversationId = ''
  for (const text of ['1', '2', '3', '4', '5', '6'])
    ({ conversationId } = (
      await ada.post('/api/messages', { receiverId: grace.id, text, clientMessageId: newId() })
    ).body)
  const [tab, other] = [await grace.connect(), await grace.connect()]
  const told = next(other, 'receiptMoved')
  const receipt = await request(tab, 'markRead', { conversationId, seq: 6, seenFrom: 5 })
  expect(receipt).toMatchObject({ readSeq: 0, deliveredSeq: 6, own: { unreadCount: 4, seen: [{ from: 5, to: 6 }] } })
  expect(await told).toEqual(receipt)
  expect(await chatOf(grace, conversationId)).toMatchObject({ readSeq: 0, unreadCount: 4, seen: [{ from: 5, to: 6 }] })
  // The sender is not told that the first four were read.
  expect(await chatOf(ada, conversationId)).toMatchObject({ peerReadSeq: 0 })
  await request(tab, 'markRead', { conversationId, seq: 4, seenFrom: 1 })
  expect(await chatOf(grace, conversationId)).toMatchObject({ readSeq: 6, unreadCount: 0, seen: [] })
  expect(await chatOf(ada, conversationId)).toMatchObject({ peerReadSeq: 6 })
})

test('a user who jumps about in a conversation keeps the last twenty parts that they saw, so a list stays cheap', async () => {
  const { people } = await team(NAMES)
  const [ada, grace] = people as [Person, Person, Person]
  let chat: Message | undefined
  for (let count = 1; count <= 46; count += 1)
    chat = (await ada.post('/api/messages', { receiverId: grace.id, text: `${count}`, clientMessageId: newId() })).body
  const conversationId = chat?.conversationId ?? ''
  const tab = await grace.connect()
  for (let seq = 3; seq <= 45; seq += 2) await request(tab, 'markRead', { conversationId, seq, seenFrom: seq })
  const { seen, unreadCount, readSeq } = await chatOf(grace, conversationId)
  expect([readSeq, seen.length, seen[0]]).toEqual([0, 20, { from: 7, to: 7 }])
  expect(unreadCount).toBe(46 - 20)
})
