import { io } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import { USER_HEADER } from '../../src/contract/index.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const MISMATCH = { status: 409, code: 'other_user', reason: 'other_user_signed_in' }

async function twoUsers() {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  /** A request with the session of one user, by a tab that believes to act for another. */
  async function as(session: Person, believed: Person, method: string, path: string, body?: object) {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${session.accessToken}`,
        'content-type': 'application/json',
        [USER_HEADER]: believed.id,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as object) }
  }
  return { server, ada, grace, as }
}

test('a request that names another user than the session is refused and changes nothing', async () => {
  const { ada, grace, as } = await twoUsers()
  const message = { receiverId: ada.id, text: 'By the wrong user', clientMessageId: newId() }
  expect(await as(grace, ada, 'POST', '/api/messages', message)).toMatchObject({ status: 409, body: MISMATCH })
  expect(await as(grace, ada, 'PATCH', '/api/auth/me', { fullName: 'Ada' })).toMatchObject({ body: MISMATCH })
  expect(await as(grace, ada, 'GET', '/api/chats')).toMatchObject({ body: MISMATCH })
  expect((await grace.get('/api/auth/me')).body.fullName).toBe('grace')
  expect((await grace.get('/api/chats')).body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['broadcast'])
  expect(await as(grace, grace, 'GET', '/api/auth/me')).toMatchObject({ status: 200 })
})

test('a handshake that names another user than the session is refused', async () => {
  const { server, ada, grace } = await twoUsers()
  const outcome = (userId: string) =>
    new Promise((resolve) => {
      const socket = io(server.url, {
        forceNew: true,
        transports: ['websocket'],
        extraHeaders: { authorization: `Bearer ${grace.accessToken}` },
        auth: { userId },
      })
      onTestFinished(() => void socket.disconnect())
      socket.once('connect', () => resolve('connected'))
      socket.once('connect_error', (error) => resolve('data' in error ? error.data : error))
    })
  expect(await outcome(ada.id)).toMatchObject(MISMATCH)
  expect(await outcome(grace.id)).toBe('connected')
})

test('a tab neither refreshes nor ends the session of another user', async () => {
  const { ada, grace, as } = await twoUsers()
  const { refreshToken } = grace
  expect(await as(grace, ada, 'POST', '/api/auth/refresh', { refreshToken })).toMatchObject({ body: MISMATCH })
  expect(await as(grace, ada, 'POST', '/api/auth/logout', { refreshToken })).toMatchObject({ body: MISMATCH })
  expect(await as(grace, grace, 'POST', '/api/auth/refresh', { refreshToken })).toMatchObject({ status: 200 })
})
