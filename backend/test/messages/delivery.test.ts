import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/index.ts'
import { emit, newId, next, person, request } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

test('a message reaches every connection of both users, and its acknowledgement carries the same message', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const sockets = [await ada.connect(), await ada.connect(), await grace.connect(), await grace.connect()]
  const arrivals = Promise.all(sockets.slice(1).map((socket) => next(socket, 'newMessage')))
  const heard: Message[] = []
  sockets[0]!.on('newMessage', (message) => heard.push(message))
  const message = await request(sockets[0]!, 'sendMessage', {
    receiverId: grace.id,
    text: 'Hello',
    clientMessageId: newId(),
  })
  expect(message).toMatchObject({ seq: 1, senderId: ada.id, receiverId: grace.id, text: 'Hello' })
  for (const arrived of await arrivals) expect(arrived).toEqual(message)
  // The sending connection has the answer.
  expect(heard).toEqual([])
})

test('a message sent by REST arrives by socket', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const arrival = next(await grace.connect(), 'newMessage')
  const { body } = await ada.post('/api/messages', { receiverId: grace.id, text: 'Hello', clientMessageId: newId() })
  expect(await arrival).toEqual(body)
})

test('no other user gets a direct message', async () => {
  const server = await startServer()
  const [ada, grace, eve] = [await person(server, 'ada'), await person(server, 'grace'), await person(server, 'eve')]
  const [adaSocket, eveSocket] = [await ada.connect(), await eve.connect()]
  const heard: Message[] = []
  eveSocket.on('newMessage', (message) => heard.push(message))
  await request(adaSocket, 'sendMessage', { receiverId: grace.id, text: 'For Grace', clientMessageId: newId() })
  // Events to Eve's connection arrive in order: when this one is there, an earlier one would be too.
  const arrival = next(eveSocket, 'newMessage', ({ text }) => text === 'For Eve')
  await request(adaSocket, 'sendMessage', { receiverId: eve.id, text: 'For Eve', clientMessageId: newId() })
  await arrival
  expect(heard.map(({ text }) => text)).toEqual(['For Eve'])
})

test('messages of a burst arrive once each, in the order of their places', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [adaSocket, graceSocket] = [await ada.connect(), await grace.connect()]
  const arrived: Message[] = []
  const all = new Promise<void>((resolve) => {
    graceSocket.on('newMessage', (message) => arrived.push(message) === 50 && resolve())
  })
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      request(adaSocket, 'sendMessage', { receiverId: grace.id, text: `No. ${index}`, clientMessageId: newId() }),
    ),
  )
  await all
  expect(arrived.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  expect(arrived.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, index) => `No. ${index}`))
})

test('a repeated send is acknowledged with the first message and delivered once', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [adaSocket, graceSocket] = [await ada.connect(), await grace.connect()]
  const heard: Message[] = []
  graceSocket.on('newMessage', (message) => heard.push(message))
  const send = { receiverId: grace.id, text: 'Once', clientMessageId: newId() }
  const first = await request(adaSocket, 'sendMessage', send)
  expect(await request(adaSocket, 'sendMessage', send)).toEqual(first)
  const last = next(graceSocket, 'newMessage', ({ text }) => text === 'Last')
  await request(adaSocket, 'sendMessage', { receiverId: grace.id, text: 'Last', clientMessageId: newId() })
  await last
  expect(heard.map(({ text }) => text)).toEqual(['Once', 'Last'])
})

test('a broadcast reaches every connected user', async () => {
  const server = await startServer()
  const [admin, one, two] = [await person(server, 'admin'), await person(server, 'one'), await person(server, 'two')]
  const sockets = [await admin.connect(), await one.connect(), await two.connect(), await two.connect()]
  const arrivals = Promise.all(sockets.map((socket) => next(socket, 'broadcastMessage')))
  const message = await request(sockets[0]!, 'sendMessage', {
    receiverId: 'all',
    title: 'Fire drill',
    text: 'At ten.',
    clientMessageId: newId(),
  })
  for (const arrived of await arrivals) expect(arrived).toEqual(message)
})

test("a read receipt reaches the other user and the reader's other connections", async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [adaSocket, graceSocket, graceTablet] = [await ada.connect(), await grace.connect(), await grace.connect()]
  const { conversationId } = await request(adaSocket, 'sendMessage', {
    receiverId: grace.id,
    text: 'Hello',
    clientMessageId: newId(),
  })
  const told = Promise.all([next(adaSocket, 'receiptMoved'), next(graceTablet, 'receiptMoved')])
  const state = await request(graceSocket, 'markRead', { conversationId, seq: 1 })
  const receipt = { conversationId, userId: grace.id, readSeq: 1, deliveredSeq: 1 }
  expect(state).toEqual({ ...receipt, own: { seen: [], unreadCount: 0, lastRev: 1 } })
  expect(await told).toEqual([receipt, state])
})

test('the sender is the user of the token, whatever the client says', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const answer = await emit(await ada.connect(), 'sendMessage', {
    senderId: grace.id,
    receiverId: grace.id,
    text: 'I am Grace',
    clientMessageId: newId(),
  })
  expect(answer).toMatchObject({ ok: false, problem: { code: 'invalid_input', errors: [{ field: 'senderId' }] } })
})

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'hello'],
  ['an array', []],
  ['operators', { receiverId: { $gt: '' }, text: { $ne: '' }, clientMessageId: { $exists: true } }],
])('%s for a message gets a clear refusal', async (_what, input) => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  expect(await emit(await ada.connect(), 'sendMessage', input)).toMatchObject({
    ok: false,
    problem: { code: 'invalid_input', status: 400 },
  })
})

test('an event without an acknowledgement, with an unknown name or with strange arguments does no harm', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const socket = await ada.connect()
  const raw = socket as unknown as { emit(...args: unknown[]): void }
  raw.emit('sendMessage')
  raw.emit('sendMessage', 1, 2, 3)
  raw.emit('__proto__', {})
  raw.emit('markRead', { conversationId: '../..', seq: 'x' }, 'not a function')
  expect(await emit(socket, 'markRead', {})).toMatchObject({ ok: false, problem: { code: 'invalid_input' } })
  expect(socket.connected).toBe(true)
})

test('too many requests at once on one connection are refused, not queued without end', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const socket = await ada.connect()
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      emit(socket, 'sendMessage', { receiverId: grace.id, text: `No. ${index}`, clientMessageId: newId() }),
    ),
  )
  const refused = answers.filter((answer) => !answer.ok)
  expect(refused.length).toBeGreaterThan(0)
  for (const answer of refused) expect(answer).toMatchObject({ problem: { code: 'rate_limited' } })
  const kept = answers.flatMap((answer) => (answer.ok ? answer.data.seq : []))
  expect(kept.toSorted((a, b) => a - b)).toEqual(kept.map((_, index) => index + 1))
})
