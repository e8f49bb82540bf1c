import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createGroup, remove, setRole, storyOf, team } from '../helpers/groups.ts'
import type { Person } from '../helpers/people.ts'

async function choir() {
  const { server, people } = await team(['ada', 'grace', 'linus', 'eve'])
  const [ada, grace, linus, eve] = people as [Person, Person, Person, Person]
  const group = await createGroup(ada, [grace], { description: 'Mondays' })
  return { server, ada, grace, linus, eve, group, invite: `/api/groups/${group.id}/invite` }
}

test('a user with the link sees its group, joins once, and uses it up once', async () => {
  const { ada, linus, group, invite } = await choir()
  const { status, body: created } = await ada.post(invite, { maxUses: 5 })
  expect([status, created]).toEqual([
    201,
    {
      conversationId: group.id,
      createdBy: ada.id,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      maxUses: 5,
      uses: 0,
      token: expect.stringMatching(/^[\w-]{32}$/),
    },
  ])
  const path = `/api/invites/${created.token}`
  expect((await linus.get(path)).body).toEqual({
    conversationId: group.id,
    name: 'Choir',
    description: 'Mondays',
    picture: null,
    memberCount: 2,
    isMember: false,
  })
  const joined = await Promise.all(Array.from({ length: 4 }, () => linus.post(path, {})))
  for (const { body } of joined) expect(body).toMatchObject({ id: group.id, group: { memberCount: 3, role: 'member' } })
  expect(await storyOf(linus, group.id)).toEqual(['joinedByLink'])
  const { token: _, ...kept } = created
  expect((await ada.get(invite)).body).toEqual({ invite: { ...kept, uses: 1 } })
  expect((await linus.get(path)).body).toMatchObject({ isMember: true })
})

test('a revoked, replaced, used-up or expired link does not work', async () => {
  const { ada, linus, eve, group, invite } = await choir()
  const make = async (input: object) => `/api/invites/${(await ada.post(invite, input)).body.token}`
  const replaced = await make({})
  const revoked = await make({})
  expect((await ada.delete(invite)).status).toBe(204)
  expect((await ada.get(invite)).body).toEqual({ invite: null })
  const single = await make({ maxUses: 1 })
  const outcomes = await Promise.all([linus.post(single, {}), eve.post(single, {})])
  expect(outcomes.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410])
  await remove(ada, group.id, linus)
  const old = await make({ expiresInSeconds: 60 })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  onTestFinished(() => void vi.useRealTimers())
  for (const path of [replaced, revoked, single, old, '/api/invites/no-such-token']) {
    expect((await linus.get(path)).body).toMatchObject({ status: 410, code: 'invite_not_valid' })
    expect((await linus.post(path, {})).body).toMatchObject({ status: 410, code: 'invite_not_valid' })
  }
})

test('only admins of the group see, make and revoke the link', async () => {
  const { ada, grace, invite, group } = await choir()
  const forbidden = { code: 'forbidden' }
  expect([
    (await grace.post(invite, {})).body,
    (await grace.get(invite)).body,
    (await grace.delete(invite)).body,
  ]).toMatchObject([forbidden, forbidden, forbidden])
  await setRole(ada, group.id, grace, 'admin')
  expect((await grace.post(invite, { expiresInSeconds: null })).body).toMatchObject({ expiresAt: null, maxUses: null })
})

test.skipIf(process.env['MONGO_DB_URI'])('the store does not hold the token', async () => {
  const { server, ada, invite } = await choir()
  const {
    body: { token },
  } = await ada.post(invite, {})
  await server.stop()
  const file = await readFile(join(server.dataDir, 'parley.db'))
  expect(file.includes('Mondays')).toBe(true)
  expect(file.includes(token)).toBe(false)
})

test.each([
  ['too short a time', { expiresInSeconds: 1 }, 'expiresInSeconds'],
  ['a time that is no number', { expiresInSeconds: '60' }, 'expiresInSeconds'],
  ['no uses', { maxUses: 0 }, 'maxUses'],
])('a link with %s is refused, naming the field', async (_what, input, field) => {
  const { ada, invite } = await choir()
  const { status, body } = await ada.post(invite, input)
  expect([status, body.errors?.[0]?.field]).toEqual([400, field])
})
