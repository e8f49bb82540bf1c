import { expect, test } from 'vitest'
import { client, newId, next, person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

test('typing is sent to the other participant, not to the typing user and not to strangers', async () => {
  const server = await startServer()
  const [ada, grace, eve] = [await person(server, 'ada'), await person(server, 'grace'), await person(server, 'eve')]
  const {
    body: { conversationId },
  } = await ada.post('/api/messages', { receiverId: grace.id, text: 'Hello', clientMessageId: newId() })
  const [adaSocket, graceSocket, eveSocket] = [await ada.connect(), await grace.connect(), await eve.connect()]
  const strangers: string[] = []
  for (const [name, socket] of [
    ['ada', adaSocket],
    ['eve', eveSocket],
  ] as const)
    socket.on('typing', () => strangers.push(name))
  eveSocket.emit('typing', { conversationId, isTyping: true })
  const begins = next(graceSocket, 'typing')
  adaSocket.emit('typing', { conversationId, isTyping: true })
  expect(await begins).toEqual({ conversationId, userId: ada.id, isTyping: true })
  const ends = next(graceSocket, 'typing')
  adaSocket.emit('typing', { conversationId, isTyping: false })
  expect(await ends).toEqual({ conversationId, userId: ada.id, isTyping: false })
  expect(strangers).toEqual([])
})

test('the first event of a connection names the build of the page that the server serves', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const socket = client(server, ada.accessToken)
  const events: string[] = []
  socket.onAny((event: string) => events.push(event))
  const list = next(socket, 'getOnlineUsers')
  socket.connect()
  await list
  expect(events[0]).toBe('hello')
})
