import { expect, test } from 'vitest'
import { ADMIN_ACTIONS } from '../../src/contract/index.ts'
import { endpointsOf } from '../helpers/endpoints.ts'
import { team } from '../helpers/groups.ts'
import { call, type Person } from '../helpers/people.ts'

const BASE = '/api/admin'
const SOMETHING = 'f'.repeat(24)

async function panel() {
  const { server, people } = await team(['admin', 'grace'])
  const endpoints = endpointsOf(server.app).flatMap((endpoint) => {
    const [method = '', path = ''] = endpoint.split(' ')
    return path.startsWith(`${BASE}/`)
      ? [{ name: `${method} ${path.slice(BASE.length)}`, method, path: path.replace(/:\w+/g, SOMETHING) }]
      : []
  })
  expect(endpoints.length).toBeGreaterThan(1)
  return { server, admin: people[0] as Person, member: people[1] as Person, endpoints }
}

test('every endpoint of the panel refuses users who are not admins, and visitors', async () => {
  const { server, member, endpoints } = await panel()
  for (const { name, method, path } of endpoints) {
    const asMember = await call(server, method, path, member.accessToken)
    expect([name, asMember.status, asMember.body?.code]).toEqual([name, 403, 'forbidden'])
    const asNobody = await call(server, method, path)
    expect([name, asNobody.status, asNobody.body?.code]).toEqual([name, 401, 'unauthenticated'])
  }
})

test('every endpoint of the panel that changes something writes a line with its own name to the audit log', async () => {
  const { server, admin, endpoints } = await panel()
  const audited = endpoints.filter(
    ({ name, method }) => (method !== 'GET' && method !== 'HEAD') || name in ADMIN_ACTIONS,
  )
  expect(audited.map(({ name }) => name.replace(/:\w+/, ':id')).toSorted(undefined)).toEqual(
    Object.keys(ADMIN_ACTIONS).toSorted(undefined),
  )
  for (const { method, path } of audited)
    await fetch(server.url + path, { method, headers: { authorization: `Bearer ${admin.accessToken}` } }).then(
      (answer) => answer.text(),
    )
  const { body } = await admin.get(`${BASE}/audit?limit=100`)
  const actions = body.items.map(({ action }: { action: string }) => action)
  expect(new Set(actions)).toEqual(new Set(Object.values(ADMIN_ACTIONS)))
  expect(body.items).toHaveLength(audited.length)
})
