import jwt from 'jsonwebtoken'
import { expect, test } from 'vitest'
import { add, createGroup, remove, setRole, team } from '../helpers/groups.ts'
import { call, newId, person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const SECRET = 'for these tests only: forty characters here'

/** A second admin, and what a dismissal does to them. */
const DISMISSALS = {
  demoted: (admin: Person, other: Person) => admin.patch(`/api/admin/users/${other.id}`, { role: 'member' }),
  disabled: (admin: Person, other: Person) => admin.post(`/api/admin/users/${other.id}/disable`, {}),
} as const

test.each(['demoted', 'disabled'] as const)(
  'the links that an admin made are dead once the admin is %s',
  async (how) => {
    const { server, people } = await team(['admin', 'second', 'ada'])
    const [admin, , ada] = people as [Person, Person, Person]
    const second = await promoted(server, admin, people[1] as Person)
    const reset = await second.post(`/api/admin/users/${ada.id}/reset-link`, {})
    const invite = await second.post('/api/admin/invites', { note: '', expiresInSeconds: null, maxUses: null })
    await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
    const registration = () => call(server, 'GET', `/api/auth/registration?invite=${invite.body.token}`)
    expect((await registration()).body).toMatchObject({ isInviteValid: true })

    await DISMISSALS[how](admin, second)
    expect((await registration()).body).toMatchObject({ isInviteValid: false })
    const password = 'a new password'
    expect(
      await call(server, 'POST', '/api/auth/reset', undefined, { token: reset.body.token, password }),
    ).toMatchObject({
      body: { reason: 'link_not_valid' },
    })
    const visitor = { username: 'eve', fullName: 'Eve', email: 'eve@example.org', password, invite: invite.body.token }
    expect(await call(server, 'POST', '/api/auth/signup', undefined, visitor)).toMatchObject({
      body: { reason: 'signup_needs_invite' },
    })
  },
)

test('a token that claims a role gives only the role of the account', async () => {
  const server = await startServer({ jwtSecret: SECRET })
  await person(server, 'admin')
  const ada = await person(server, 'ada')
  const claims = jwt.decode(ada.accessToken) as object
  const forged = jwt.sign({ ...claims, role: 'admin' }, SECRET)
  expect(await call(server, 'GET', '/api/users', forged)).toMatchObject({ status: 200 })
  expect(await call(server, 'GET', '/api/admin/users', forged)).toMatchObject({ body: { reason: 'admins_only' } })
})

test('a login with the old password that is under way during a reset leaves no session', async () => {
  const { server, people } = await team(['admin', 'ada'])
  const [admin, ada] = people as [Person, Person]
  const { body } = await admin.post(`/api/admin/users/${ada.id}/reset-link`, {})
  const login = { login: 'ada', password: 'correct horse', transport: 'bearer' }
  const reset = call(server, 'POST', '/api/auth/reset', undefined, { token: body.token, password: 'a new password' })
  const logins = await Promise.all(
    Array.from({ length: 8 }, () => call(server, 'POST', '/api/auth/login', undefined, login)),
  )
  expect((await reset).status).toBe(204)
  for (const { status, body: granted } of logins) {
    if (status !== 200) continue
    expect((await call(server, 'GET', '/api/auth/me', granted.tokens.accessToken)).status).toBe(401)
  }
})

test('the link into a group dies with the role of its maker, and brings back no member whom an admin removed', async () => {
  const { people } = await team(['owner', 'second', 'ada', 'grace'])
  const [owner, second, ada, grace] = people as [Person, Person, Person, Person]
  const group = await createGroup(owner, [second, ada])
  await setRole(owner, group.id, second, 'admin')
  const linkOf = async (who: Person) => (await who.post(`/api/groups/${group.id}/invite`, {})).body.token as string

  const own = await linkOf(owner)
  await remove(owner, group.id, ada)
  expect(await ada.post(`/api/invites/${own}`, {})).toMatchObject({ body: { reason: 'removed_from_group' } })
  expect((await add(owner, group.id, ada)).status).toBe(200)
  await ada.delete(`/api/groups/${group.id}/members/${ada.id}`)
  expect((await ada.post(`/api/invites/${own}`, {})).status).toBe(200)

  const theirs = await linkOf(second)
  await setRole(owner, group.id, second, 'member')
  expect(await grace.post(`/api/invites/${theirs}`, {})).toMatchObject({ body: { reason: 'invite_not_valid' } })
})

test('a blocked user cannot put the blocker into a group, and is not told', async () => {
  const { people } = await team(['owner', 'ada', 'grace'])
  const [owner, ada, grace] = people as [Person, Person, Person]
  await ada.post('/api/blocks', { userId: owner.id })
  const group = await createGroup(owner, [ada, grace])
  expect(group.group?.memberCount).toBe(2)
  expect((await add(owner, group.id, ada)).status).toBe(200)
  expect((await ada.get(`/api/groups/${group.id}`)).status).toBe(404)
})

test('the word filter and a mute hold for the names of groups and for profiles too', async () => {
  const { people } = await team(['admin', 'ada'])
  const [admin, ada] = people as [Person, Person]
  const { id } = await createGroup(ada, [admin])
  const group = { name: 'Casino', memberIds: [admin.id], clientGroupId: newId() }
  const acts = [
    () => ada.patch('/api/auth/me', { statusText: 'At the casino' }),
    () => ada.patch('/api/auth/me', { fullName: 'Casino Ada' }),
    () => ada.patch(`/api/groups/${id}`, { description: 'The casino' }),
    () => ada.post('/api/groups/create', group),
  ]
  await admin.patch('/api/admin/settings', { words: [{ word: 'casino', action: 'refuse' }] })
  // Each is repeated: of two nodes, the other one hears of a change a moment later.
  for (const act of acts)
    await expect
      .poll(async () => (await act()).body, { timeout: 5000 })
      .toMatchObject({ reason: 'text_refused', params: { word: 'casino' } })
  await admin.post(`/api/admin/users/${ada.id}/mute`, { until: new Date(Date.now() + 3600_000).toISOString() })
  await admin.patch('/api/admin/settings', { words: [] })
  for (const act of acts)
    await expect.poll(async () => (await act()).body, { timeout: 5000 }).toMatchObject({ reason: 'muted' })
})

/** Makes a user an admin, and signs in again, since a change of role ends all sessions. */
async function promoted(server: { url: string }, admin: Person, other: Person): Promise<Person> {
  await admin.patch(`/api/admin/users/${other.id}`, { role: 'admin' })
  const login = { login: other.user.username, password: 'correct horse', transport: 'bearer' }
  const { accessToken } = (await call(server, 'POST', '/api/auth/login', undefined, login)).body.tokens
  return {
    ...other,
    post: (path, body) => call(server, 'POST', path, accessToken, body),
  }
}
