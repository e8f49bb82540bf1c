import { expect, test } from 'vitest'
import type { Receipt } from '../../src/contract/index.ts'
import { newId, next, person, request, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

async function twoPeople(): Promise<{ server: TestServer; ada: Person; grace: Person; conversationId: string }> {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { body } = await ada.post('/api/messages', { receiverId: grace.id, text: 'Hello', clientMessageId: newId() })
  return { server, ada, grace, conversationId: body.conversationId }
}

const chatOf = async (someone: Person, id: string) => (await someone.get(`/api/chats/${id}`)).body

test('the sender is told when a message was delivered and when it was read, and can ask for the times', async () => {
  const { ada, grace, conversationId } = await twoPeople()
  const [adaSocket, graceSocket] = [await ada.connect(), await grace.connect()]
  expect((await ada.get(`/api/messages/${conversationId}/1/receipts`)).body).toEqual({
    items: [{ userId: grace.id, deliveredAt: null, readAt: null }],
    nextCursor: null,
  })

  const delivered = next(adaSocket, 'receiptMoved')
  await request(graceSocket, 'markDelivered', { items: [{ conversationId, seq: 1 }] })
  expect(await delivered).toEqual({ conversationId, userId: grace.id, deliveredSeq: 1, readSeq: 0 })
  expect(await chatOf(ada, conversationId)).toMatchObject({
    peerDeliveredSeq: 1,
    peerReadSeq: 0,
    lastMessage: { isRead: false },
  })

  const read = next(adaSocket, 'receiptMoved')
  await request(graceSocket, 'markRead', { conversationId, seq: 1 })
  expect(await read).toEqual({ conversationId, userId: grace.id, deliveredSeq: 1, readSeq: 1 })
  const { body } = await ada.get(`/api/messages/${conversationId}/1/receipts`)
  expect(body.items).toEqual([{ userId: grace.id, deliveredAt: expect.any(String), readAt: expect.any(String) }])
  expect(body.items[0].deliveredAt <= body.items[0].readAt).toBe(true)
})

test('[CNT1] a watermark moves once, however many connections send the same', async () => {
  const { ada, grace, conversationId } = await twoPeople()
  const adaSocket = await ada.connect()
  const heard: Receipt[] = []
  adaSocket.on('receiptMoved', (receipt) => heard.push(receipt))
  await Promise.all(
    Array.from({ length: 10 }, () => grace.post('/api/messages/delivered', { items: [{ conversationId, seq: 1 }] })),
  )
  const last = next(adaSocket, 'receiptMoved', ({ readSeq }) => readSeq === 1)
  await grace.post(`/api/messages/${conversationId}/read`, { seq: 1 })
  await last
  expect(heard.map(({ deliveredSeq, readSeq }) => [deliveredSeq, readSeq])).toEqual([
    [1, 0],
    [1, 1],
  ])
})

test('no message beyond the newest is delivered or read', async () => {
  const { grace, conversationId } = await twoPeople()
  expect((await grace.post('/api/messages/delivered', { items: [{ conversationId, seq: 99 }] })).body).toMatchObject([
    { deliveredSeq: 1 },
  ])
  expect((await grace.post(`/api/messages/${conversationId}/read`, { seq: 99 })).body).toMatchObject({ readSeq: 1 })
})

test('a user who hides read receipts shows none and sees none, and still shows delivery', async () => {
  const { ada, grace, conversationId } = await twoPeople()
  const [adaSocket, graceSocket] = [await ada.connect(), await grace.connect()]
  const told = next(graceSocket, 'ownUserChanged')
  expect((await grace.patch('/api/auth/me', { hidesReadReceipts: true })).body).toMatchObject({
    hidesReadReceipts: true,
  })
  // The settings in another tab show it.
  expect(await told).toMatchObject({ id: grace.id, hidesReadReceipts: true })
  const [seenByAda, seenByGrace] = [next(adaSocket, 'receiptMoved'), next(graceSocket, 'receiptMoved')]
  await grace.post(`/api/messages/${conversationId}/read`, { seq: 1 })
  expect(await seenByAda).toEqual({ conversationId, userId: grace.id, deliveredSeq: 1, readSeq: 0 })
  expect(await seenByGrace).toMatchObject({ readSeq: 1 })
  expect(await chatOf(ada, conversationId)).toMatchObject({
    peerReadSeq: 0,
    peerDeliveredSeq: 1,
    receiptsHidden: true,
    lastMessage: { isRead: false },
  })
  expect(await chatOf(grace, conversationId)).toMatchObject({ receiptsHidden: true, readSeq: 1, unreadCount: 0 })
  expect((await ada.get(`/api/messages/${conversationId}/1/receipts`)).body.items).toEqual([
    { userId: grace.id, deliveredAt: expect.any(String), readAt: null },
  ])

  await grace.post('/api/messages', { conversationId, text: 'Read this', clientMessageId: newId() })
  await ada.post(`/api/messages/${conversationId}/read`, { seq: 2 })
  expect(await chatOf(grace, conversationId)).toMatchObject({ peerReadSeq: 0, peerDeliveredSeq: 2 })
})

test('[CNT1] a conversation that is marked unread is unread on every device until it is read', async () => {
  const { grace, ada, conversationId } = await twoPeople()
  await grace.post(`/api/messages/${conversationId}/read`, { seq: 1 })
  const [graceSocket, adaSocket] = [await grace.connect(), await ada.connect()]
  const heardByAda: unknown[] = []
  adaSocket.onAny((event) => event === 'unreadMarked' && heardByAda.push(event))
  const marked = next(graceSocket, 'unreadMarked')
  expect((await grace.post(`/api/messages/${conversationId}/unread`, {})).body).toEqual({
    conversationId,
    markedUnread: true,
  })
  expect(await marked).toEqual({ conversationId, markedUnread: true })
  expect(await chatOf(grace, conversationId)).toMatchObject({ markedUnread: true, unreadCount: 0, readSeq: 1 })
  expect(await chatOf(ada, conversationId)).toMatchObject({ markedUnread: false, peerReadSeq: 1 })
  const cleared = next(graceSocket, 'unreadMarked')
  await grace.post(`/api/messages/${conversationId}/read`, { seq: 1 })
  expect(await cleared).toEqual({ conversationId, markedUnread: false })
  expect(await chatOf(grace, conversationId)).toMatchObject({ markedUnread: false })
  expect(heardByAda).toEqual([])
})

test('only the sender can ask which users have read a message', async () => {
  const { server, grace, conversationId } = await twoPeople()
  const mallory = await person(server, 'mallory')
  expect((await grace.get(`/api/messages/${conversationId}/1/receipts`)).body).toMatchObject({ code: 'forbidden' })
  expect((await mallory.get(`/api/messages/${conversationId}/1/receipts`)).body).toMatchObject({ code: 'not_found' })
  for (const path of ['read', 'unread'])
    expect((await mallory.post(`/api/messages/${conversationId}/${path}`, { seq: 1 })).status).toBeGreaterThanOrEqual(
      400,
    )
  expect((await mallory.post('/api/messages/delivered', { items: [{ conversationId, seq: 1 }] })).body).toMatchObject({
    code: 'not_found',
  })
})

test('the admin sees page by page which users an announcement has reached', async () => {
  const server = await startServer()
  const admin = await person(server, 'admin')
  const members = [await person(server, 'one'), await person(server, 'two'), await person(server, 'three')]
  const { body: message } = await admin.post('/api/messages', {
    receiverId: 'all',
    text: 'Hear ye',
    clientMessageId: newId(),
  })
  await members[1]!.post(`/api/messages/${message.conversationId}/read`, { seq: 1 })
  const receipts = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await admin.get(
      `/api/messages/${message.conversationId}/1/receipts?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    receipts.push(...body.items)
    cursor = body.nextCursor
  }
  expect(receipts.map(({ userId }) => userId)).toEqual(members.map(({ id }) => id))
  expect(receipts.map(({ readAt }) => readAt !== null)).toEqual([false, true, false])
})
