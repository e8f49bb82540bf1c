import { ANNOUNCEMENTS_ID, type Broadcast, type LedgerCounts, type PendingBroadcast } from '../../src/contract/index.ts'
import { call, connect, person, type Answer, type Person } from '../helpers/people.ts'
import type { TestServer } from '../helpers/startServer.ts'

/** Creates a draft of an admin. */
export async function draft(admin: Person, more: Record<string, unknown> = {}): Promise<Broadcast> {
  const { status, body } = await admin.post('/api/admin/broadcasts', {
    title: 'Fire drill',
    text: 'Leave by the north door.',
    needsAcknowledgement: true,
    ...more,
  })
  if (status !== 201) throw new Error(`No draft: ${JSON.stringify(body)}`)
  return body
}

/** Signs up a user, makes the user an admin, and signs in again. */
export async function secondAdmin(server: TestServer, admin: Person, username: string): Promise<Person> {
  const { id } = await person(server, username)
  await admin.patch(`/api/admin/users/${id}`, { role: 'admin' })
  return signIn(server, username)
}

/** Signs in the user of `person` again, with another session. */
export async function signIn(server: TestServer, login: string): Promise<Person> {
  const { body } = await call(server, 'POST', '/api/auth/login', undefined, {
    login,
    password: 'correct horse',
    transport: 'bearer',
  })
  return at(server, { user: body.user, id: body.user.id, ...body.tokens })
}

/** Returns the same user at another server, or at a restarted one. */
export function at(
  server: TestServer,
  someone: Pick<Person, 'user' | 'id' | 'accessToken' | 'refreshToken'> | undefined,
): Person {
  if (!someone) throw new Error('No user')
  const { user, id, accessToken, refreshToken } = someone
  const ask = (method: string) => (path: string, body?: unknown) => call(server, method, path, accessToken, body)
  return {
    user,
    id,
    accessToken,
    refreshToken,
    get: ask('GET'),
    post: ask('POST'),
    patch: ask('PATCH'),
    delete: ask('DELETE'),
    connect: () => connect(server, accessToken),
  }
}

/** Sends a broadcast now, or schedules it. */
export async function send(admin: Person, more: Record<string, unknown> = {}): Promise<Broadcast> {
  const { id } = await draft(admin, more)
  const { status, body } = await admin.post(`/api/admin/broadcasts/${id}/send`, {})
  if (status !== 200) throw new Error(`Not sent: ${JSON.stringify(body)}`)
  return body
}

export async function countsOf(admin: Person, id: string): Promise<LedgerCounts> {
  return (await admin.get(`/api/admin/broadcasts/${id}/counts`)).body
}

export const acknowledge = (who: Person, id: string, revision = 1): Promise<Answer> =>
  who.post(`/api/broadcasts/${id}/acknowledge`, { revision })
export const readAnnouncements = (who: Person, seq: number): Promise<Answer> =>
  who.post(`/api/messages/${ANNOUNCEMENTS_ID}/read`, { seq })

export async function pendingOf(who: Person): Promise<PendingBroadcast[]> {
  return (await who.get('/api/broadcasts/pending')).body.items
}
