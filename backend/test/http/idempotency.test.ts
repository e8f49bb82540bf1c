import { expect, test } from 'vitest'
import { createGroup, remove, team } from '../helpers/groups.ts'
import { newId, person, type Answer, type Person } from '../helpers/people.ts'
import type { TestServer } from '../helpers/startServer.ts'

const PASSWORD = 'correct horse'

/** Sends a request with a key, as a client sends it again whose answer was lost. */
async function send(
  { url }: TestServer,
  sender: Pick<Person, 'accessToken'> | null,
  method: string,
  path: string,
  body: unknown,
  key: string,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(sender && { authorization: `Bearer ${sender.accessToken}` }),
      'content-type': 'application/json',
      'idempotency-key': `"${key}"`,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** Sends a request three times: two at the same time, and one afterwards. Returns the answers. */
async function thrice(...request: Parameters<typeof send>): Promise<Answer[]> {
  const together = await Promise.all([send(...request), send(...request)])
  return [...together, await send(...request)]
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status)
const ids = (answers: Answer[]) => new Set(answers.map(({ body }) => body.id))
const REUSED = { status: 422, body: { reason: 'idempotency_key_reused' } }

/** Returns the events of a group, the oldest first. */
async function eventsOf(viewer: Person, groupId: string): Promise<string[]> {
  const { body } = await viewer.get(`/api/messages/${groupId}?limit=50`)
  return body.items.flatMap(({ event }: { event: { kind: string } | null }) => (event ? [event.kind] : []))
}

test('[E2] a repeated sign-up makes one account, uses one invitation and opens a session', async () => {
  const { server, people } = await team(['admin'])
  const [admin] = people as [Person]
  await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
  const { body: invite } = await admin.post('/api/admin/invites', { note: '', maxUses: 1, expiresInSeconds: null })
  const body = {
    username: 'grace',
    fullName: 'Grace',
    email: 'grace@example.org',
    password: PASSWORD,
    transport: 'bearer',
    invite: invite.token,
  }
  const answers = await thrice(server, null, 'POST', '/api/auth/signup', body, 'first')
  expect(statuses(answers)).toEqual([201, 201, 201])
  const users = answers.map(({ body }) => body.user.id)
  expect(new Set(users).size).toBe(1)
  const me = await send(server, answers[2]?.body.tokens, 'GET', '/api/auth/me', undefined, 'any')
  expect(me).toMatchObject({ status: 200, body: { username: 'grace' } })
  expect((await admin.get('/api/admin/invites')).body.items).toMatchObject([{ uses: 1 }])

  const signup = (more: object, key: string) =>
    send(server, null, 'POST', '/api/auth/signup', { ...body, ...more }, key)
  expect(await signup({ password: 'another password' }, 'first')).toMatchObject(REUSED)
  expect(await signup({ username: 'linus' }, 'first')).toMatchObject(REUSED)
  expect(await signup({}, 'second')).toMatchObject({ status: 403 })
})

test('[E2] a repeated reset sets the password once, and does not sign the user out again', async () => {
  const { server, people } = await team(['admin', 'ada'])
  const [admin, ada] = people as [Person, Person]
  const { body: link } = await admin.post(`/api/admin/users/${ada.id}/reset-link`, {})
  const body = { token: link.token, password: 'a new password' }
  expect(statuses(await thrice(server, null, 'POST', '/api/auth/reset', body, 'one'))).toEqual([204, 204, 204])
  const login = { login: 'ada', password: 'a new password', transport: 'bearer' }
  const { body: session } = await send(server, null, 'POST', '/api/auth/login', login, 'login')
  expect(await send(server, null, 'POST', '/api/auth/reset', body, 'one')).toMatchObject({ status: 204 })
  expect(await send(server, session.tokens, 'GET', '/api/auth/me', undefined, 'any')).toMatchObject({ status: 200 })

  const other = { ...body, password: 'yet another one' }
  expect(await send(server, null, 'POST', '/api/auth/reset', other, 'one')).toMatchObject(REUSED)
  expect(await send(server, null, 'POST', '/api/auth/reset', body, 'two')).toMatchObject({ status: 410 })
  // A new link of the same user works.
  const { body: second } = await admin.post(`/api/admin/users/${ada.id}/reset-link`, {})
  const again = { token: second.token, password: 'the third password' }
  expect(await send(server, null, 'POST', '/api/auth/reset', again, 'three')).toMatchObject({ status: 204 })
})

test('[E2] a repeated report, draft or sending leaves one of it', async () => {
  const { server, people } = await team(['admin', 'ada', 'bob'])
  const [admin, ada, bob] = people as [Person, Person, Person]
  const report = { userId: bob.id, reason: 'He sings out of tune' }
  const reports = await thrice(server, ada, 'POST', '/api/reports', report, 'a')
  expect(statuses(reports)).toEqual([201, 201, 201])
  expect(ids(reports).size).toBe(1)
  expect((await admin.get('/api/admin/reports')).body.items).toHaveLength(1)
  expect(await send(server, ada, 'POST', '/api/reports', { ...report, reason: 'Other' }, 'a')).toMatchObject(REUSED)
  // The key of another user is another key.
  expect((await send(server, admin, 'POST', '/api/reports', report, 'a')).status).toBe(201)

  const path = '/api/admin/broadcasts'
  const draft = { title: 'Rehearsal', text: 'On Monday' }
  const drafts = await thrice(server, admin, 'POST', path, draft, 'a')
  expect(statuses(drafts)).toEqual([201, 201, 201])
  expect(ids(drafts).size).toBe(1)
  expect(await send(server, admin, 'POST', path, { ...draft, text: 'On Friday' }, 'a')).toMatchObject(REUSED)
  const sending = `${path}/${drafts[0]?.body.id}/send`
  const sent = await thrice(server, admin, 'POST', sending, {}, 's')
  expect(statuses(sent)).toEqual([200, 200, 200])
  expect(sent[2]?.body.state).toBe('sent')
  expect(await send(server, admin, 'POST', sending, {}, 'other')).toMatchObject({ status: 409 })
  expect((await admin.get(path)).body.items).toHaveLength(1)
})

test('[E2] a repeated change of a group is made and announced once, also when its rights have gone since', async () => {
  const { server, people } = await team(['owner', 'ada', 'bob', 'cem'])
  const [owner, ada, bob, cem] = people as [Person, Person, Person, Person]
  const { id } = await createGroup(owner, [ada])
  const path = `/api/groups/${id}`
  const change = (sender: Person, method: string, place: string, body: unknown, key: string) =>
    thrice(server, sender, method, path + place, body, key)

  expect(statuses(await change(owner, 'POST', '/members', { userIds: [bob.id, cem.id] }, 'add'))).toEqual([
    200, 200, 200,
  ])
  expect(statuses(await change(owner, 'PATCH', '', { name: 'Band' }, 'edit'))).toEqual([200, 200, 200])
  expect(statuses(await change(owner, 'PATCH', `/members/${ada.id}`, { role: 'admin' }, 'role'))).toEqual([
    200, 200, 200,
  ])
  expect(statuses(await change(ada, 'DELETE', `/members/${cem.id}`, undefined, 'remove'))).toEqual([204, 204, 204])
  // A late repeat of the addition does not bring back a member who was removed.
  const late = await send(server, owner, 'POST', `${path}/members`, { userIds: [bob.id, cem.id] }, 'add')
  expect(late).toMatchObject({ status: 200, body: { group: { memberCount: 3 } } })
  expect(await send(server, owner, 'POST', `${path}/members`, { userIds: [ada.id] }, 'add')).toMatchObject(REUSED)
  expect(await send(server, owner, 'PATCH', path, { name: 'Orchestra' }, 'edit')).toMatchObject(REUSED)
  expect(statuses(await change(owner, 'POST', '/owner', { userId: bob.id }, 'transfer'))).toEqual([200, 200, 200])
  expect(statuses(await change(ada, 'DELETE', `/members/${ada.id}`, undefined, 'leave'))).toEqual([204, 204, 204])
  expect(await eventsOf(owner, id)).toEqual([
    'created',
    'added',
    'renamed',
    'roleChanged',
    'removed',
    'transferred',
    'left',
  ])
  // The last member leaves, and nothing of the group stays.
  await remove(bob, id, owner)
  expect(statuses(await change(bob, 'DELETE', `/members/${bob.id}`, undefined, 'last'))).toEqual([204, 204, 204])
})

test('[E2] a repeated creation of a group and a repeated join answer as the first did', async () => {
  const { server, people } = await team(['owner', 'ada', 'bob'])
  const [owner, ada, bob] = people as [Person, Person, Person]
  const body = { name: 'Choir', memberIds: [ada.id], clientGroupId: newId() }
  const groups = await thrice(server, owner, 'POST', '/api/groups/create', body, 'any')
  expect(statuses(groups)).toEqual([201, 201, 201])
  expect(ids(groups).size).toBe(1)
  const id: string = groups[0]?.body.id
  await owner.post(`/api/admin/users/${owner.id}/mute`, { until: new Date(Date.now() + 3600_000).toISOString() })
  expect((await owner.post('/api/groups/create', body)).body.id).toBe(id)

  const { body: invite } = await owner.post(`/api/groups/${id}/invite`, { maxUses: 1 })
  const join = `/api/invites/${invite.token}`
  expect(statuses(await thrice(server, bob, 'POST', join, {}, 'join'))).toEqual([200, 200, 200])
  expect((await owner.get(`/api/groups/${id}/invite`)).body.invite).toMatchObject({ uses: 1 })
  // Without a key too, the user who used it up is a member; another user is refused.
  expect((await bob.post(join, {})).status).toBe(200)
  const cem = await person(server, 'cem')
  expect((await cem.post(join, {})).status).toBe(410)
  // The link has gone, and the repeat still answers as the first.
  await owner.delete(`/api/groups/${id}/invite`)
  expect(await send(server, bob, 'POST', join, {}, 'join')).toMatchObject({ status: 200, body: { id } })
  expect(await eventsOf(owner, id)).toEqual(['created', 'joinedByLink'])
})

test('[E2] a key that is no key is refused by name', async () => {
  const { server, people } = await team(['admin'])
  const [admin] = people as [Person]
  const answer = await send(server, admin, 'POST', '/api/reports', { userId: admin.id, reason: 'x' }, 'k'.repeat(65))
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'idempotencyKey' }] } })
})
