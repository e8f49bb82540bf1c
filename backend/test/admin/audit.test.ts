import { expect, test } from 'vitest'
import type { AuditEntry } from '../../src/contract/index.ts'
import { team } from '../helpers/groups.ts'
import type { Person } from '../helpers/people.ts'

const three = async () => {
  const { server, people } = await team(['admin', 'grace', 'linus'])
  const [admin, grace, linus] = people as [Person, Person, Person]
  return { server, admin, grace, linus }
}

/** Resolves when the log has the end of each action. */
async function settled(admin: Person, query = ''): Promise<AuditEntry[]> {
  let items: AuditEntry[] = []
  await expect
    .poll(async () => {
      ;({ items } = (await admin.get(`/api/admin/audit${query}`)).body)
      return items.some(({ outcome }) => outcome === 'begun')
    })
    .toBe(false)
  return items
}

test('the log has actor, action, target, time, address and outcome', async () => {
  const { admin, grace } = await three()
  const before = Date.now()
  await admin.post(`/api/admin/users/${grace.id}/disable`, {})
  await admin.patch(`/api/admin/users/${admin.id}`, { role: 'member' })
  const items = await settled(admin)
  expect(items).toMatchObject([
    {
      actor: { id: admin.id },
      action: 'user.role',
      targetUser: { id: admin.id },
      detail: { role: 'member' },
      ip: '127.0.0.1',
      outcome: 'last_admin',
    },
    {
      actor: { id: admin.id },
      action: 'user.disable',
      targetUser: { id: grace.id },
      targetId: grace.id,
      ip: '127.0.0.1',
      outcome: 'done',
    },
  ])
  for (const { at } of items) expect(Date.parse(at)).toBeGreaterThanOrEqual(before)
})

test('the log can be searched by user, action and address, filtered, and read in pages', async () => {
  const { admin, grace, linus } = await three()
  await admin.post(`/api/admin/users/${grace.id}/logout`, {})
  await admin.post(`/api/admin/users/${linus.id}/logout`, {})
  await admin.post(`/api/admin/users/${linus.id}/disable`, {})
  const actions = async (query: string) =>
    (await settled(admin, query)).map(({ action, targetUser }) => `${action} ${targetUser?.username}`)
  expect(await actions('?q=lin')).toEqual(['user.disable linus', 'user.logout linus'])
  expect(await actions('?q=user.log')).toEqual(['user.logout linus', 'user.logout grace'])
  expect(await actions('?q=127.0')).toHaveLength(3)
  expect(await actions('?q=nobody')).toEqual([])
  expect(await actions(`?action=user.logout&actor=${admin.id}`)).toHaveLength(2)
  expect(await actions(`?actor=${grace.id}`)).toEqual([])
  const { body: first } = await admin.get('/api/admin/audit?limit=2')
  const { body: second } = await admin.get(`/api/admin/audit?limit=2&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map(({ action }) => action)).toEqual([
    'user.disable',
    'user.logout',
    'user.logout',
  ])
  expect(second.nextCursor).toBeNull()
})

test('the export has the log as CSV that runs no formula in a spreadsheet', async () => {
  const { server, admin, grace } = await three()
  await admin.post('/api/admin/invites', { note: '=HYPERLINK("x"), "quoted"' })
  await admin.post(`/api/admin/users/${grace.id}/logout`, {})
  await settled(admin)
  const answer = await fetch(`${server.url}/api/admin/audit.csv`, {
    headers: { authorization: `Bearer ${admin.accessToken}` },
  })
  expect(answer.headers.get('content-type')).toMatch(/^text\/csv/)
  const lines = (await answer.text()).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/time,by,action,to,id,details,address,outcome$/)
  expect(lines).toHaveLength(4)
  expect(lines[1]).toContain(',admin,audit.export,')
  expect(lines[2]).toContain(`,admin,user.logout,grace,${grace.id},{},127.0.0.1,done`)
  expect(lines[3]).toContain(String.raw`"{""note"":""=HYPERLINK(\""x\""), \""quoted\""""}"`)
})

test('no spelling of the address hides an action or its target, and no secret gets into the log', async () => {
  const { server, admin, grace } = await three()
  const path = `/api/admin/USERS/${grace.id.replace(/^./, (first) => `%3${first}`)}/Logout/`
  const headers = { authorization: `Bearer ${admin.accessToken}`, 'content-type': 'application/json' }
  expect((await fetch(server.url + path, { method: 'POST', headers, body: '{}' })).status).toBe(204)
  await admin.patch('/api/admin/settings', {
    password: 'very secret',
    nested: { token: 'very secret' },
    long: 'x'.repeat(60_000),
  })
  const [refused, logout] = await settled(admin)
  expect(logout).toMatchObject({ action: 'user.logout', targetUser: { id: grace.id }, outcome: 'done' })
  expect(refused).toMatchObject({ action: 'settings.change', outcome: 'invalid_input' })
  expect(JSON.stringify(refused)).not.toContain('very secret')
  expect(JSON.stringify(refused).length).toBeLessThan(5000)
})

test('the log no longer names a deleted user', async () => {
  const { admin, grace } = await three()
  await admin.post(`/api/admin/users/${grace.id}/logout`, {})
  await admin.delete(`/api/admin/users/${grace.id}`)
  expect(JSON.stringify(await settled(admin))).not.toContain('"grace"')
})
