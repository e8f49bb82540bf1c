import { expect, test } from 'vitest'
import { ACCESS_COOKIE, type Problem } from '../../src/contract/index.ts'
import { client, emit, newId, next, person, type ClientSocket } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

/** Returns the problem of a refused handshake; undefined when there was none. */
function refusal(socket: ClientSocket): Promise<Problem | undefined> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => reject(new Error('The connection was let in')))
    socket.once('connect_error', (error) => resolve('data' in error ? (error.data as Problem) : undefined))
    socket.connect()
  })
}

function welcome(socket: ClientSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
    socket.connect()
  })
}

test('a connection without a token or with a foreign token is refused', async () => {
  const server = await startServer()
  expect(await refusal(client(server))).toMatchObject({ code: 'unauthenticated', status: 401 })
  expect(await refusal(client(server, 'eyJhbGciOiJub25lIn0.e30.'))).toMatchObject({ code: 'unauthenticated' })
})

test('a connection is accepted with the page cookie as with the bearer token', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const socket = client(server, undefined, { cookie: `${ACCESS_COOKIE}=${ada.accessToken}`, origin: server.url })
  const online = next(socket, 'getOnlineUsers')
  await welcome(socket)
  expect(await online).toEqual({ online: [ada.id], away: [] })
})

test("another site's page cannot connect with our cookie", async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const headers = { cookie: `${ACCESS_COOKIE}=${ada.accessToken}` }
  expect(await refusal(client(server, undefined, { ...headers, origin: 'https://evil.example' }))).toBeUndefined()
  expect(await refusal(client(server, undefined, { ...headers, origin: 'null' }))).toBeUndefined()
})

test('a page of an allowed origin can connect', async () => {
  const server = await startServer({ allowedOrigins: ['https://chat.example.org'] })
  const ada = await person(server, 'ada')
  const socket = client(server, undefined, {
    cookie: `${ACCESS_COOKIE}=${ada.accessToken}`,
    origin: 'https://chat.example.org',
  })
  await welcome(socket)
  expect(socket.connected).toBe(true)
})

test('the user comes from the token, not from the handshake query', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const socket = client(server, ada.accessToken)
  socket.io.opts.query = { userId: grace.id }
  await welcome(socket)
  const answer = await emit(socket, 'sendMessage', { receiverId: grace.id, text: 'Hello', clientMessageId: newId() })
  expect(answer).toMatchObject({ ok: true, data: { senderId: ada.id } })
})

test('logging out closes the connections of that session only', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const login = await fetch(`${server.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'ada', password: 'correct horse', transport: 'bearer' }),
  })
  const { tokens } = (await login.json()) as { tokens: { accessToken: string } }
  const [first, second, other] = [await ada.connect(), await ada.connect(), client(server, tokens.accessToken)]
  await welcome(other)
  const told = Promise.all([first, second].map((socket) => next(socket, 'sessionEnded')))
  const closed = Promise.all(
    [first, second].map((socket) => new Promise((resolve) => socket.once('disconnect', resolve))),
  )
  expect((await ada.post('/api/auth/logout', {})).status).toBe(204)
  expect(await told).toEqual(['logged_out', 'logged_out'])
  await closed
  expect(other.connected).toBe(true)
  expect(await refusal(client(server, ada.accessToken))).toMatchObject({ code: 'session_ended' })
})

test('a late reuse of a refresh token ends the session and closes its connections', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const socket = await ada.connect()
  const told = next(socket, 'sessionEnded')
  const refresh = (refreshToken: string) => ada.post('/api/auth/refresh', { refreshToken })
  const { body } = await refresh(ada.refreshToken)
  const { body: newer } = await refresh(body.tokens.refreshToken)
  expect(newer.tokens).toBeDefined()
  // The first token was spent and its successor was used, so only a thief or a replay uses it now.
  expect(await refresh(ada.refreshToken)).toMatchObject({ status: 401, body: { code: 'session_ended' } })
  expect(await told).toBe('revoked')
})

test('a shutdown is announced to the connections, and acknowledged messages are there afterwards', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const socket = await ada.connect()
  const told = new Promise((resolve) => socket.once('serverStopping', resolve))
  const answers = Array.from({ length: 20 }, (_, index) =>
    emit(socket, 'sendMessage', { receiverId: grace.id, text: `No. ${index}`, clientMessageId: newId() }),
  )
  const acknowledged = await Promise.all(answers)
  await server.stop()
  expect(await told).toEqual({ elsewhere: false })
  const again = await startServer({}, server.dataDir)
  const { body } = await fetch(`${again.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'grace', password: 'correct horse', transport: 'bearer' }),
  }).then(async (response) => ({ body: (await response.json()) as { tokens: { accessToken: string } } }))
  const first = acknowledged[0]
  if (!first?.ok) throw new Error('The first message was not acknowledged')
  const page = await fetch(`${again.url}/api/messages/${first.data.conversationId}`, {
    headers: { authorization: `Bearer ${body.tokens.accessToken}` },
  })
  const { items } = (await page.json()) as { items: { seq: number }[] }
  expect(items.map(({ seq }) => seq)).toEqual(acknowledged.map((_, index) => index + 1))
})
