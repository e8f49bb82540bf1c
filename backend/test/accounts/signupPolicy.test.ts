import { Types } from 'mongoose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAccountInviteRepository } from '../../src/accounts/accountInvite.repository.ts'
import { createUser } from '../../src/accounts/index.ts'
import type { SignupInput } from '../../src/contract/index.ts'
import { createModels } from '../../src/models/index.ts'
import { everywhere } from '../helpers/cluster.ts'
import { team } from '../helpers/groups.ts'
import { withStore } from '../helpers/openStore.ts'
import { call, person, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

const one = async () => {
  const { server, people } = await team(['admin'])
  return { server, admin: people[0] as Person }
}
const signup = (server: TestServer, username: string, more: Partial<SignupInput> = {}) =>
  call(server, 'POST', '/api/auth/signup', undefined, {
    username,
    fullName: username,
    email: `${username}@example.org`,
    password: 'correct horse',
    transport: 'bearer',
    ...more,
  })
const info = async (server: TestServer, query = '') =>
  (await call(server, 'GET', `/api/auth/registration${query}`)).body

test('every visitor may sign up until an admin changes it, and a restart keeps the change', async () => {
  const { server, admin } = await one()
  expect(await info(server)).toEqual({ mode: 'open', domains: [], isInviteValid: null, firstAccount: null })
  expect((await signup(server, 'grace')).status).toBe(201)
  expect((await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })).status).toBe(200)
  await everywhere(async () => expect((await info(server)).mode).toBe('invite'))
  expect((await signup(server, 'linus')).body.code).toBe('signup_closed')
  await server.stop()
  const again = await startServer({}, server.dataDir)
  expect((await info(again)).mode).toBe('invite')
  expect((await signup(again, 'linus')).body.code).toBe('signup_closed')
})

test('the first account of the server needs no invitation', async () => {
  const server = await startServer()
  expect((await person(server, 'admin')).user.role).toBe('admin')
})

test('an invitation lets in as many users as it says, also at the same time, and a failed signup does not use it up', async () => {
  const { server, admin } = await one()
  await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
  const { status, body: invite } = await admin.post('/api/admin/invites', { note: 'For the choir', maxUses: 2 })
  expect([status, invite]).toMatchObject([201, { note: 'For the choir', uses: 0, maxUses: 2, createdBy: admin.id }])
  expect((await info(server, `?invite=${invite.token}`)).isInviteValid).toBe(true)
  expect((await signup(server, 'admin', { invite: invite.token })).body.code).toBe('username_taken')
  const answers = await Promise.all(
    ['ann', 'bob', 'cem', 'dora'].map((name) => signup(server, name, { invite: invite.token })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
  expect(answers.filter(({ body }) => body.code === 'signup_closed')).toHaveLength(2)
  expect((await info(server, `?invite=${invite.token}`)).isInviteValid).toBe(false)
  const { body: list } = await admin.get('/api/admin/invites')
  expect(list.items).toMatchObject([{ id: invite.id, uses: 2 }])
  expect(JSON.stringify(list)).not.toContain(invite.token)
})

test.each([
  ['has not stored the account gives its use back', false],
  ['has stored the account uses the invitation up', true],
])('a signup whose process was killed after it %s', async (_what, isStored) => {
  const { server, admin } = await one()
  await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
  const { body: invite } = await admin.post('/api/admin/invites', { maxUses: 1 })
  await server.stop()
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    const userId = new Types.ObjectId()
    expect(await createAccountInviteRepository(models).hold(new Types.ObjectId(String(invite.id)), userId)).not.toBe(
      null,
    )
    const account = { username: 'killed', fullName: 'Killed', email: 'killed@example.org', passwordHash: 'none' }
    if (isStored) await createUser(models.User, account, { userId })
  })
  const again = await startServer({}, server.dataDir)
  expect((await signup(again, 'ann', { invite: invite.token })).body.code).toBe('signup_closed')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect((await info(again, `?invite=${invite.token}`)).isInviteValid).toBe(!isStored)
  const [first, second] = [
    await signup(again, 'ann', { invite: invite.token }),
    await signup(again, 'bob', { invite: invite.token }),
  ]
  expect([first.status, second.body.code]).toEqual([isStored ? 403 : 201, 'signup_closed'])
})

test('[E2] a signup that was killed with the last use of its invitation can be repeated at once', async () => {
  const { server, admin } = await one()
  const { body: invite } = await admin.post('/api/admin/invites', { maxUses: 1 })
  await server.stop()
  await withStore(server.dataDir, async (connection) => {
    const models = await createModels(connection)
    const invites = createAccountInviteRepository(models)
    const userId = new Types.ObjectId()
    await invites.hold(new Types.ObjectId(String(invite.id)), userId)
    const token = String(invite.token)
    expect(await invites.findUsable(token)).toBe(null)
    expect(await invites.findUsable(token, new Types.ObjectId())).toBe(null)
    expect(await invites.findUsable(token, userId)).toMatchObject({ uses: 0, usesLeft: 1 })
  })
})

test('a revoked invitation lets no visitor in', async () => {
  const { server, admin } = await one()
  await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
  const { body: invite } = await admin.post('/api/admin/invites', {})
  expect((await admin.delete(`/api/admin/invites/${invite.id}`)).status).toBe(204)
  expect((await signup(server, 'grace', { invite: invite.token })).body.code).toBe('signup_closed')
})

test('addresses of the domains may sign up, those of subdomains and look-alikes may not', async () => {
  const { server, admin } = await one()
  const { body } = await admin.patch('/api/admin/settings', {
    registration: { mode: 'domain', domains: ['@School.Example'] },
  })
  expect(body.registration.domains).toEqual(['school.example'])
  expect((await signup(server, 'grace', { email: 'grace@SCHOOL.example' })).status).toBe(201)
  for (const email of ['a@sub.school.example', 'a@notschool.example', 'a@school.example.org']) {
    expect([email, (await signup(server, 'linus', { email })).body.code]).toEqual([email, 'signup_closed'])
  }
  const { body: invite } = await admin.post('/api/admin/invites', { maxUses: 1 })
  expect((await signup(server, 'linus', { invite: invite.token })).status).toBe(201)
})

test.each([
  [{ registration: { mode: 'closed', domains: [] } }, 'registration.mode'],
  [{ registration: { mode: 'domain', domains: ['nowhere'] } }, 'registration.domains.0'],
  [{ words: [{ word: '*', action: 'refuse' }] }, 'words.0.word'],
  [{ maintenance: { text: ' ' } }, 'maintenance.text'],
  [{ colour: 'red' }, 'colour'],
])('settings %j are refused, naming the field', async (input, field) => {
  const { admin } = await one()
  const { status, body } = await admin.patch('/api/admin/settings', input)
  expect([status, body.errors[0].field]).toEqual([400, field])
})
