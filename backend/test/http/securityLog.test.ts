import { expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { emit, newId, person } from '../helpers/people.ts'
import { configOf } from '../helpers/startServer.ts'
import { scratchDirectory } from '../operations/helpers.ts'

it('the security log has failed logins and refusals with user, address and target, and no token', async () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line: string) => void lines.push(line) })
  const app = await createApp({ ...configOf(scratchDirectory()), messagesPerMinute: 1 }, logger)
  onTestFinished(() => app.close())
  const server = { url: `http://127.0.0.1:${await app.listen()}` }
  const admin = await person(server, 'admin')
  const ada = await person(server, 'ada')
  const login = { login: 'admin', password: 'a wrong password' }
  await fetch(`${server.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(login),
  })
  await ada.get('/api/admin/users')
  await ada.post('/api/invites/secret-token-of-a-link', {})
  const socket = await ada.connect()
  for (let index = 0; index < 3; index += 1)
    await emit(socket, 'sendMessage', { receiverId: admin.id, text: 'Hi', clientMessageId: newId() })

  const entries = lines.map((line) => JSON.parse(line) as { security?: true }).filter(({ security }) => security)
  const address = expect.stringContaining('127.0.0.1') as unknown
  expect(entries).toEqual([
    expect.objectContaining({ reason: 'invalid_credentials', login: 'admin', address, target: 'POST /api/auth/login' }),
    expect.objectContaining({ reason: 'admins_only', userId: ada.id, address, target: 'GET /api/admin/users' }),
    // Two refusals, one line.
    expect.objectContaining({ reason: 'too_many_requests', userId: ada.id, address, target: 'sendMessage' }),
  ])
  expect(lines.join('')).not.toContain('a wrong password')
  expect(lines.join('')).not.toContain('secret-token-of-a-link')
})
