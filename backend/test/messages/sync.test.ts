import { expect, test } from 'vitest'
import { LIMITS } from '../../src/contract/index.ts'
import { encodeCursor } from '../../src/lib/cursor.ts'
import { syncAll } from '../helpers/groups.ts'
import { newId, next, person, request, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

async function team<const Names extends readonly string[]>(
  ...names: Names
): Promise<{ [Index in keyof Names]: Person }> {
  const server = await startServer({ messagesPerMinute: 10_000 })
  const people: Person[] = []
  for (const name of names) people.push(await person(server, name))
  return people as { [Index in keyof Names]: Person }
}

const send = async (from: Person, to: Person, text: string) =>
  (await from.post('/api/messages', { receiverId: to.id, text, clientMessageId: newId() })).body

test('[REV1] a sync returns messages, edits and deletes of held conversations, in the order in which they happened', async () => {
  const [ada, grace] = await team('ada', 'grace')
  const first = await send(ada, grace, 'One')
  const { conversationId } = first
  const { until } = await syncAll(grace, null)
  const second = await send(ada, grace, 'Two')
  const { body: edited } = await ada.patch(`/api/messages/${conversationId}/1`, { text: 'Uno', clientEditId: newId() })
  const { body: deleted } = await ada.delete(`/api/messages/${conversationId}/2`)
  const { messages, conversations, reload } = await syncAll(grace, until, { [conversationId]: 1 })
  expect(messages).toEqual([edited, deleted])
  expect([second.rev, edited.rev, deleted.rev]).toEqual([2, 3, 4])
  expect(conversations.find(({ id }) => id === conversationId)).toMatchObject({
    lastRev: 4,
    lastSeq: 2,
    // The deleted message is not unread.
    unreadCount: 1,
    lastMessage: { text: '' },
  })
  expect(reload).toEqual([])
})

test('[E7] a conversation that changes again while a sync runs, also by the sync of another tab, is in it', async () => {
  const [ada, grace] = await team('ada', 'grace')
  const { conversationId } = await send(ada, grace, 'One')
  const { until } = await syncAll(grace, null)
  const { seq } = await send(ada, grace, 'Two')
  // A sync that began before the last change of the conversation.
  const began = Date.parse(until)
  const cursor = encodeCursor([began - 1, firstId, began])
  const { body } = await grace.post('/api/sync', { since: until, held: { [conversationId]: 1 }, cursor })
  expect(body.messages.map((message: { seq: number }) => message.seq)).toEqual([seq])
})

/** Before every id. */
const firstId = '0'.repeat(24)

test('conversations that are not held come without their messages, and conversations of others do not come', async () => {
  const [ada, grace, linus] = await team('ada', 'grace', 'linus')
  const { until } = await syncAll(grace, null)
  const { conversationId } = await send(ada, grace, 'For Grace')
  const others = await send(ada, linus, 'For Linus')
  const { messages, conversations } = await syncAll(grace, until, { [others.conversationId]: 0 })
  expect(messages).toEqual([])
  expect(conversations.map(({ id }) => id)).toContain(conversationId)
  expect(conversations.map(({ id }) => id)).not.toContain(others.conversationId)
})

test('after too many changes the client is told to load the conversation again', async () => {
  const [ada, grace] = await team('ada', 'grace')
  const { conversationId } = await send(ada, grace, 'The first')
  const { until } = await syncAll(grace, null)
  await Promise.all(Array.from({ length: LIMITS.changesMax + 1 }, (_, index) => send(ada, grace, `No. ${index}`)))
  expect(await syncAll(grace, until, { [conversationId]: 1 })).toMatchObject({ messages: [], reload: [conversationId] })
  const { messages } = await syncAll(grace, until, { [conversationId]: 2 })
  expect(messages.map(({ rev }) => rev)).toEqual(Array.from({ length: LIMITS.changesMax }, (_, index) => index + 3))
})

test('many changed conversations come in pages, each of them at least once', async () => {
  const names = Array.from({ length: 55 }, (_, index) => `friend${index}`)
  const [ada, ...friends] = await team('ada', ...names)
  const { until } = await syncAll(ada, null)
  const sent = await Promise.all(friends.map((friend) => send(friend, ada, 'Hello')))
  const first = (await ada.post('/api/sync', { since: until, held: {} })).body
  expect(first.conversations.length).toBeLessThanOrEqual(50)
  expect(first.nextCursor).not.toBeNull()
  const { conversations } = await syncAll(ada, until)
  expect(new Set(conversations.filter(({ kind }) => kind === 'direct').map(({ id }) => id))).toEqual(
    new Set(sent.map(({ conversationId }) => conversationId)),
  )
})

test('messages in a sync count as delivered, and the sender is told', async () => {
  const [ada, grace] = await team('ada', 'grace')
  const { conversationId } = await send(ada, grace, 'While you were away')
  const heard = next(await ada.connect(), 'receiptMoved')
  await request(await grace.connect(), 'sync', { since: null, held: {} })
  expect(await heard).toEqual({ conversationId, userId: grace.id, deliveredSeq: 1, readSeq: 0 })
})

test('a receipt that moved during an absence is in the sync', async () => {
  const [ada, grace] = await team('ada', 'grace')
  const { conversationId } = await send(ada, grace, 'Hello')
  const { until } = await syncAll(ada, null)
  await grace.post(`/api/messages/${conversationId}/read`, { seq: 1 })
  const { conversations } = await syncAll(ada, until, { [conversationId]: 1 })
  expect(conversations.find(({ id }) => id === conversationId)).toMatchObject({ peerReadSeq: 1, peerDeliveredSeq: 1 })
})

test('announcements are synced like any conversation', async () => {
  const [admin, member] = await team('admin', 'member')
  const { until } = await syncAll(member, null)
  const { body: message } = await admin.post('/api/messages', {
    receiverId: 'all',
    text: 'Fire drill',
    clientMessageId: newId(),
  })
  const { messages } = await syncAll(member, until, { [message.conversationId]: 0 })
  expect(messages).toEqual([message])
})

test.each([
  ['a since that is no time', { since: 'yesterday', held: {} }, 'since'],
  ['no held', { since: null }, 'held'],
  ['a rev that is none', { since: null, held: { ['a'.repeat(24)]: -1 } }, `held.${'a'.repeat(24)}`],
  ['an invented cursor', { since: null, held: {}, cursor: 'x' }, 'cursor'],
])('a sync with %s is refused, naming the field', async (_what, input, field) => {
  const [ada] = await team('ada')
  const { status, body } = await ada.post('/api/sync', input)
  expect([status, body.errors?.[0]?.field]).toEqual([400, field])
})
