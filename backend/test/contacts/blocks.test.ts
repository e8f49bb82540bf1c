import { expect, test } from 'vitest'
import type { Conversation, Message } from '../../src/contract/index.ts'
import { createGroup, say, syncAll, team } from '../helpers/groups.ts'
import { newId, next, request, type ClientSocket, type Person } from '../helpers/people.ts'

const ANNOUNCEMENTS = '00000000000000000000000b'

/** Signs in Ada and Mallory, who has sent Ada one message that she has read. */
async function annoyed(): Promise<{ ada: Person; mallory: Person; conversationId: string }> {
  const { people } = await team(['ada', 'mallory'])
  const [ada, mallory] = people as [Person, Person]
  const { conversationId } = await write(mallory, ada, 'Hello')
  await ada.post(`/api/messages/${conversationId}/read`, { seq: 1 })
  return { ada, mallory, conversationId }
}

const write = async (from: Person, to: Person, text: string): Promise<Message> =>
  (await from.post('/api/messages', { receiverId: to.id, text, clientMessageId: newId() })).body
const chatOf = async (who: Person, id: string): Promise<Conversation> => (await who.get(`/api/chats/${id}`)).body
const textsOf = async (who: Person, id: string): Promise<string[]> =>
  (await who.get(`/api/messages/${id}`)).body.items.map(({ text }: Message) => text)

function listen(socket: ClientSocket): string[] {
  const heard: string[] = []
  socket.onAny(
    (event: string) =>
      !['hello', 'getOnlineUsers', 'presenceChanged', 'unreadMarked'].includes(event) && heard.push(event),
  )
  return heard
}

/** Resolves when every earlier event of a connection has arrived. */
async function settled(who: Person, socket: ClientSocket): Promise<void> {
  const told = next(socket, 'unreadMarked')
  await who.post(`/api/messages/${ANNOUNCEMENTS}/unread`, {})
  await told
}

test('the messages of a blocked user do not arrive: not live, not in lists, counts, pages, syncs or receipts', async () => {
  const { ada, mallory, conversationId } = await annoyed()
  const before = await chatOf(ada, conversationId)
  const { until } = await syncAll(ada, null)
  const adaSocket = await ada.connect()
  const heard = listen(adaSocket)
  expect((await ada.post('/api/blocks', { userId: mallory.id })).body).toMatchObject({
    user: { id: mallory.id },
    since: expect.any(String),
  })
  await write(mallory, ada, 'Answer me')
  const edited = await write(mallory, ada, 'Now')
  await mallory.patch(`/api/messages/${conversationId}/${edited.seq}`, { text: 'NOW', clientEditId: newId() })
  const mallorySocket = await mallory.connect()
  mallorySocket.emit('typing', { conversationId, isTyping: true })
  await settled(mallory, mallorySocket)
  await settled(ada, adaSocket)
  expect(heard).toEqual(['blockChanged'])

  const after = await chatOf(ada, conversationId)
  // The server stores a moment later that Mallory came online.
  expect(after).toEqual({
    ...before,
    peer: { ...before.peer, lastSeenAt: after.peer?.lastSeenAt },
    lastSeq: 3,
    lastRev: 4,
    unreadCount: 0,
    peerReadSeq: 3,
    peerDeliveredSeq: 3,
  })
  const { peer: _, ...listed } = (await ada.get('/api/chats')).body.items.find(
    ({ id }: Conversation) => id === conversationId,
  )
  expect(after).toMatchObject(listed)
  const { body: page } = await ada.get(`/api/messages/${conversationId}`)
  expect(page.items.map(({ seq, text, hidden }: Message) => [seq, text, hidden])).toEqual([
    [1, 'Hello', false],
    [2, '', true],
    [3, '', true],
  ])
  const { messages } = await syncAll(ada, until, { [conversationId]: 1 })
  expect(messages.map(({ seq, rev, text, hidden }) => [seq, rev, text, hidden])).toEqual([
    [2, 2, '', true],
    [3, 4, '', true],
  ])
  expect((await ada.get(`/api/messages/${conversationId}/3/edits`)).body).toMatchObject({ code: 'not_found' })
  expect(JSON.stringify([after, page, messages])).not.toMatch(/answer|now/i)
})

test('a blocked user cannot tell', async () => {
  const { ada, mallory, conversationId } = await annoyed()
  const { body: profile } = await mallory.get(`/api/users/${ada.id}`)
  await ada.post('/api/blocks', { userId: mallory.id })
  const [mallorySocket, sendingSocket] = [await mallory.connect(), await mallory.connect()]
  const heard = listen(mallorySocket)
  const message = await request(sendingSocket, 'sendMessage', {
    conversationId,
    text: 'Are you there?',
    clientMessageId: newId(),
  })
  expect(message).toMatchObject({ seq: 2, text: 'Are you there?', hidden: false, isRead: false })
  const adaSocket = await ada.connect()
  await request(adaSocket, 'sync', { since: null, held: {} })
  await ada.post('/api/messages/delivered', { items: [{ conversationId, seq: 2 }] })
  await ada.post(`/api/messages/${conversationId}/read`, { seq: 2 })
  adaSocket.emit('typing', { conversationId, isTyping: true })
  await settled(ada, adaSocket)
  await settled(mallory, mallorySocket)
  expect(heard).toEqual(['newMessage'])
  expect(await chatOf(mallory, conversationId)).toMatchObject({
    peerReadSeq: 1,
    peerDeliveredSeq: 1,
    lastMessage: { text: 'Are you there?', isRead: false },
    receiptsHidden: false,
  })
  expect(await textsOf(mallory, conversationId)).toEqual(['Hello', 'Are you there?'])
  expect((await mallory.get(`/api/messages/${conversationId}/2/receipts`)).body.items).toEqual([
    { userId: ada.id, deliveredAt: null, readAt: null },
  ])
  expect((await mallory.get(`/api/messages/${conversationId}/1/receipts`)).body.items).toMatchObject([
    { readAt: expect.any(String) },
  ])
  // Ada came online meanwhile, which the server stores a moment later.
  expect({ ...(await mallory.get(`/api/users/${ada.id}`)).body, lastSeenAt: null }).toEqual({
    ...profile,
    lastSeenAt: null,
  })
  expect((await mallory.get('/api/blocks')).body.items).toEqual([])
  expect(
    (await mallory.patch(`/api/messages/${conversationId}/2`, { text: 'Hey', clientEditId: newId() })).body,
  ).toMatchObject({ text: 'Hey', hidden: false })
})

test('an edit does not carry a text past a block', async () => {
  const { ada, mallory, conversationId } = await annoyed()
  const adaSocket = await ada.connect()
  const heard = listen(adaSocket)
  await ada.post('/api/blocks', { userId: mallory.id })
  await mallory.patch(`/api/messages/${conversationId}/1`, { text: 'Something rude', clientEditId: newId() })
  await settled(ada, adaSocket)
  expect(heard).toEqual(['blockChanged'])
  expect(await textsOf(ada, conversationId)).toEqual([''])
  expect(await textsOf(mallory, conversationId)).toEqual(['Something rude'])
})

test('the first message of a blocked stranger begins no conversation that the other user can see', async () => {
  const { people } = await team(['ada', 'mallory'])
  const [ada, mallory] = people as [Person, Person]
  await ada.post('/api/blocks', { userId: mallory.id })
  const { until } = await syncAll(ada, null)
  const { conversationId } = await write(mallory, ada, 'Hello')
  expect((await ada.get('/api/chats')).body.items.map(({ kind }: Conversation) => kind)).toEqual(['broadcast'])
  expect((await syncAll(ada, until)).conversations.map(({ id }) => id)).not.toContain(conversationId)
  expect((await mallory.get('/api/chats')).body.items.map(({ id }: Conversation) => id)).toContain(conversationId)
})

test('after a block has ended new messages arrive, and hidden ones stay hidden and count as nothing', async () => {
  const { ada, mallory, conversationId } = await annoyed()
  await ada.post('/api/blocks', { userId: mallory.id })
  await write(mallory, ada, 'While blocked')
  const adaSocket = await ada.connect()
  const ended = next(adaSocket, 'blockChanged')
  expect((await ada.delete(`/api/blocks/${mallory.id}`)).status).toBe(204)
  expect(await ended).toEqual({ userId: mallory.id, isBlocked: false })
  expect(await chatOf(ada, conversationId)).toMatchObject({ unreadCount: 0, lastMessage: { seq: 1 } })
  const heard = next(adaSocket, 'newMessage')
  await write(mallory, ada, 'Sorry')
  expect(await heard).toMatchObject({ seq: 3, text: 'Sorry', hidden: false })
  expect(await textsOf(ada, conversationId)).toEqual(['Hello', '', 'Sorry'])
  expect(await chatOf(ada, conversationId)).toMatchObject({ unreadCount: 1, lastMessage: { text: 'Sorry' } })
  await ada.post('/api/blocks', { userId: mallory.id })
  await write(mallory, ada, 'Blocked again')
  expect(await chatOf(ada, conversationId)).toMatchObject({ unreadCount: 1, lastMessage: { text: 'Sorry' } })
})

test('the blocker cannot write to the blocked user, but a repeat of an earlier message is answered', async () => {
  const { ada, mallory, conversationId } = await annoyed()
  const input = { conversationId, text: 'Hello yourself', clientMessageId: newId() }
  const { body: sent } = await ada.post('/api/messages', input)
  await ada.post('/api/blocks', { userId: mallory.id })
  expect((await ada.post('/api/messages', input)).body).toEqual(sent)
  expect((await ada.post('/api/messages', { ...input, clientMessageId: newId() })).body).toMatchObject({
    status: 403,
    code: 'person_blocked',
  })
  expect(
    (await ada.patch(`/api/messages/${conversationId}/2`, { text: 'x', clientEditId: newId() })).body,
  ).toMatchObject({ code: 'person_blocked' })
  expect((await ada.delete(`/api/messages/${conversationId}/2`)).body).toMatchObject({ deletedAt: expect.any(String) })
})

test('in groups and announcements nothing is hidden', async () => {
  const { people } = await team(['admin', 'grace', 'linus'])
  const [admin, grace, linus] = people as [Person, Person, Person]
  const group = await createGroup(linus, [admin, grace])
  await grace.post('/api/blocks', { userId: linus.id })
  await grace.post('/api/blocks', { userId: admin.id })
  const socket = await grace.connect()
  const heard = [next(socket, 'newMessage'), next(socket, 'broadcastMessage')]
  await say(linus, group.id, 'To the group')
  await admin.post('/api/messages', { receiverId: 'all', text: 'To all', clientMessageId: newId() })
  expect(await Promise.all(heard)).toMatchObject([{ text: 'To the group' }, { text: 'To all' }])
})
