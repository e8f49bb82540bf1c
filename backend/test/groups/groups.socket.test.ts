import { expect, test } from 'vitest'
import { LIMITS } from '../../src/contract/index.ts'
import { add, createGroup, remove, say, team } from '../helpers/groups.ts'
import { newId, next, request, type ClientSocket, type Person } from '../helpers/people.ts'

async function choir(more: { history?: 'all' } = {}) {
  const { people } = await team(['ada', 'grace', 'linus', 'eve'])
  const [ada, grace, linus, eve] = people as [Person, Person, Person, Person]
  return { ada, grace, linus, eve, group: await createGroup(ada, [grace, linus], more) }
}

/** Collects the later events of a connection about one conversation, in order. */
function record(socket: ClientSocket, groupId: string): unknown[] {
  const heard: unknown[] = []
  socket.onAny((event: string, value: { conversationId?: string; seq?: number }) => {
    if (value?.conversationId === groupId) heard.push(value.seq === undefined ? event : `${event} ${value.seq}`)
  })
  return heard
}

/** Resolves when every earlier event of a connection has arrived: its own presence comes after them. */
async function settled(who: Person, socket: ClientSocket): Promise<void> {
  const told = next(socket, 'unreadMarked')
  await who.post('/api/messages/00000000000000000000000b/unread', {})
  await told
}

test('all members get a message once on each connection, the sending one as its answer, other users do not', async () => {
  const { ada, grace, linus, eve, group } = await choir()
  const sockets = [await ada.connect(), await grace.connect(), await grace.connect(), await linus.connect()]
  const eveSocket = await eve.connect()
  const heard = [...sockets, eveSocket].map((socket) => record(socket, group.id))
  await request(sockets[1]!, 'sendMessage', { conversationId: group.id, text: 'La', clientMessageId: newId() })
  await Promise.all(
    [
      [ada, sockets[0]!],
      [grace, sockets[1]!],
      [grace, sockets[2]!],
      [linus, sockets[3]!],
      [eve, eveSocket],
    ].map(([who, socket]) => settled(who as Person, socket as ClientSocket)),
  )
  expect(heard).toEqual([['newMessage 2'], [], ['newMessage 2'], ['newMessage 2'], []])
})

test('a new group reaches its connected members, and an added member gets events from then on', async () => {
  const { people } = await team(['ada', 'grace', 'eve'])
  const [ada, grace, eve] = people as [Person, Person, Person]
  const [graceSocket, eveSocket] = [await grace.connect(), await eve.connect()]
  const created = next(graceSocket, 'newMessage')
  const group = await createGroup(ada, [grace])
  expect(await created).toMatchObject({ conversationId: group.id, event: { kind: 'created' } })
  const heard = record(eveSocket, group.id)
  await say(ada, group.id, 'Before')
  const added = next(eveSocket, 'newMessage')
  await add(ada, group.id, eve)
  expect(await added).toMatchObject({ seq: 3, event: { kind: 'added', userIds: [eve.id] } })
  const after = next(eveSocket, 'newMessage')
  await say(grace, group.id, 'After')
  expect(await after).toMatchObject({ seq: 4 })
  expect(heard).toEqual(['newMessage 3', 'newMessage 4'])
})

test('a removed member is told on every connection and gets no further event', async () => {
  const { ada, grace, group } = await choir()
  const sockets = [await grace.connect(), await grace.connect()]
  const heard = sockets.map((socket) => record(socket, group.id))
  const left = sockets.map((socket) => next(socket, 'conversationLeft'))
  await remove(ada, group.id, grace)
  expect(await Promise.all(left)).toEqual([
    { conversationId: group.id, reason: 'removed' },
    { conversationId: group.id, reason: 'removed' },
  ])
  await say(ada, group.id, 'Without Grace')
  const adaSocket = await ada.connect()
  adaSocket.emit('typing', { conversationId: group.id, isTyping: true })
  await ada.patch(`/api/messages/${group.id}/3`, { text: 'Still without', clientEditId: newId() })
  for (const socket of sockets) await settled(grace, socket)
  expect(heard).toEqual([['conversationLeft'], ['conversationLeft']])
})

test('a connection that opens while its user is removed gets no event of the group', async () => {
  const { ada, grace, group } = await choir()
  const connecting = Array.from({ length: 10 }, () => grace.connect())
  await remove(ada, group.id, grace)
  const sockets = await Promise.all(connecting)
  const heard = sockets.map((socket) => record(socket, group.id))
  await say(ada, group.id, 'Without Grace')
  for (const socket of sockets) await settled(grace, socket)
  expect(heard.flat()).toEqual([])
})

test('the event of leaving has a reason, also at the end of a group', async () => {
  const { ada, grace, linus, group } = await choir()
  const [adaSocket, graceSocket] = [await ada.connect(), await grace.connect()]
  const left = next(graceSocket, 'conversationLeft')
  await remove(grace, group.id, grace)
  expect(await left).toEqual({ conversationId: group.id, reason: 'left' })
  await remove(ada, group.id, linus)
  const ended = next(adaSocket, 'conversationLeft')
  await remove(ada, group.id, ada)
  expect(await ended).toEqual({ conversationId: group.id, reason: 'ended' })
})

test('a change of a message reaches the members who may see it, and none who joined later', async () => {
  const { ada, grace, eve, group } = await choir()
  await say(ada, group.id, 'Before')
  await add(ada, group.id, eve)
  const [graceSocket, eveSocket] = [await grace.connect(), await eve.connect()]
  const heard = record(eveSocket, group.id)
  const changed = next(graceSocket, 'messageChanged')
  await ada.patch(`/api/messages/${group.id}/2`, { text: 'Edited', clientEditId: newId() })
  expect(await changed).toMatchObject({ seq: 2, text: 'Edited', rev: 4 })
  await say(ada, group.id, 'After')
  await ada.patch(`/api/messages/${group.id}/4`, { text: 'Edited too', clientEditId: newId() })
  await settled(eve, eveSocket)
  expect(heard).toEqual(['newMessage 4', 'messageChanged 4'])
})

test('typing reaches only the other members of the group', async () => {
  const { ada, grace, linus, eve, group } = await choir()
  const [adaSocket, graceSocket, linusSocket, eveSocket] = [
    await ada.connect(),
    await grace.connect(),
    await linus.connect(),
    await eve.connect(),
  ]
  const heard = [adaSocket, eveSocket].map((socket) => record(socket, group.id))
  const told = [next(graceSocket, 'typing'), next(linusSocket, 'typing')]
  adaSocket.emit('typing', { conversationId: group.id, isTyping: true })
  expect(await Promise.all(told)).toEqual(
    Array.from({ length: 2 }, () => ({ conversationId: group.id, userId: ada.id, isTyping: true })),
  )
  await Promise.all([settled(ada, adaSocket), settled(eve, eveSocket)])
  expect(heard).toEqual([[], []])
})

test('in a small group all members get read receipts, except users who hide theirs', async () => {
  const { ada, grace, linus, group } = await choir()
  await say(ada, group.id, 'La')
  const [adaSocket, linusSocket] = [await ada.connect(), await linus.connect()]
  await linus.patch('/api/auth/me', { hidesReadReceipts: true })
  const heard = [next(adaSocket, 'receiptMoved'), next(linusSocket, 'receiptMoved')]
  await grace.post(`/api/messages/${group.id}/read`, { seq: 2 })
  expect(await Promise.all(heard)).toMatchObject([
    { userId: grace.id, readSeq: 2 },
    { userId: grace.id, deliveredSeq: 2, readSeq: 0 },
  ])
  const hidden = next(adaSocket, 'receiptMoved')
  await linus.post(`/api/messages/${group.id}/read`, { seq: 2 })
  expect(await hidden).toMatchObject({ userId: linus.id, deliveredSeq: 2, readSeq: 0 })
})

test('in a large group receipts go to the user only, and delivery is not stored', async () => {
  const { people } = await team([
    'ada',
    ...Array.from({ length: LIMITS.groupReceiptsMax }, (_, index) => `member${index}`),
  ])
  const [ada, grace, ...others] = people as [Person, Person, ...Person[]]
  const group = await createGroup(ada, [grace, ...others])
  const [adaSocket, graceSocket] = [await ada.connect(), await grace.connect()]
  const heard = record(adaSocket, group.id)
  expect((await grace.post('/api/messages/delivered', { items: [{ conversationId: group.id, seq: 1 }] })).body).toEqual(
    [{ conversationId: group.id, userId: grace.id, deliveredSeq: 0, readSeq: 0 }],
  )
  const own = next(graceSocket, 'receiptMoved')
  await grace.post(`/api/messages/${group.id}/read`, { seq: 1 })
  expect(await own).toMatchObject({ readSeq: 1 })
  await settled(ada, adaSocket)
  expect(heard).toEqual([])
})
