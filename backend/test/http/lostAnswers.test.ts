import { expect, test } from 'vitest'
import { IDEMPOTENCY_HEADER } from '../../src/contract/index.ts'
import { draft, send as sendBroadcast } from '../broadcasts/helpers.ts'
import { endpointsOf } from '../helpers/endpoints.ts'
import { createGroup, say, team } from '../helpers/groups.ts'
import { newId, person, type Answer, type Person } from '../helpers/people.ts'
import type { TestServer } from '../helpers/startServer.ts'
import { announce } from '../media/files.ts'

/** What a route needs to be asked. */
interface Ask {
  path: string
  body?: unknown
  by?: Pick<Person, 'accessToken'> | null
  headers?: Record<string, string>
  bytes?: Uint8Array<ArrayBuffer>
}

interface World {
  server: TestServer
  admin: Person
  ada: Person
  bob: Person
  groupId: string
}

/** How a repeat of a route does no harm. */
type Rule =
  /** The header Idempotency-Key, or an id of the client in the body. */
  | { by: 'key'; ask: (world: World) => Promise<Ask> | Ask }
  /** The request says what shall be, so a repeat changes nothing and answers the same. */
  | { by: 'nature'; ask: (world: World) => Promise<Ask> | Ask }
  /** Not asked here; the reason says why a repeat does no harm. */
  | { by: 'exception'; reason: string }

const key = (ask: (world: World) => Promise<Ask> | Ask): Rule => ({ by: 'key', ask })
const nature = (ask: (world: World) => Promise<Ask> | Ask): Rule => ({ by: 'nature', ask })
const exception = (reason: string): Rule => ({ by: 'exception', reason })

const HOUR_MS = 3_600_000
const PASSWORD = 'correct horse'
const newPerson = ({ server }: World) => person(server, `user${newId()}`)
const later = () => new Date(Date.now() + HOUR_MS).toISOString()
const PIXEL = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)

const RULES: Readonly<Record<string, Rule>> = {
  'POST /api/auth/signup': key(() => {
    const username = `user${newId()}`
    const email = `${username}@example.org`
    return { path: '/api/auth/signup', by: null, body: { username, email, fullName: 'Cleo', password: PASSWORD } }
  }),
  'POST /api/auth/login': exception('a second session is left, which ends by itself'),
  'POST /api/auth/refresh': exception('a token is good until its successor was used: auth.session.test.ts'),
  'POST /api/auth/logout': nature(async (world) => ({
    path: '/api/auth/logout',
    by: null,
    body: { refreshToken: (await newPerson(world)).refreshToken },
  })),
  'POST /api/auth/reset': key(async (world) => {
    const { body } = await world.admin.post(`/api/admin/users/${(await newPerson(world)).id}/reset-link`, {})
    return { path: '/api/auth/reset', by: null, body: { token: body.token, password: 'another horse' } }
  }),
  'PATCH /api/auth/me': nature(({ ada }) => ({ path: '/api/auth/me', by: ada, body: { statusText: 'Here' } })),
  'PUT /api/auth/me/picture': nature(({ ada }) => ({ path: '/api/auth/me/picture', by: ada, bytes: PIXEL })),
  'DELETE /api/auth/me/picture': nature(({ ada }) => ({ path: '/api/auth/me/picture', by: ada })),
  'POST /api/contacts': nature(({ ada, bob }) => ({ path: '/api/contacts', by: ada, body: { userId: bob.id } })),
  'DELETE /api/contacts/:userId': nature(({ ada, bob }) => ({ path: `/api/contacts/${bob.id}`, by: ada })),
  'POST /api/blocks': nature(async (world) => ({
    path: '/api/blocks',
    by: world.ada,
    body: { userId: (await newPerson(world)).id },
  })),
  'DELETE /api/blocks/:userId': nature(({ ada, bob }) => ({ path: `/api/blocks/${bob.id}`, by: ada })),
  'POST /api/reports': key(({ ada, bob }) => ({
    path: '/api/reports',
    by: ada,
    body: { userId: bob.id, reason: 'He sings' },
  })),
  'POST /api/chats': nature(async (world) => ({
    path: '/api/chats',
    by: world.ada,
    body: { userId: (await newPerson(world)).id },
  })),
  'POST /api/groups/create': key(({ ada, bob }) => ({
    path: '/api/groups/create',
    by: ada,
    body: { name: 'Band', memberIds: [bob.id], clientGroupId: newId() },
  })),
  'PATCH /api/groups/:groupId': key(({ ada, groupId }) => ({
    path: `/api/groups/${groupId}`,
    by: ada,
    body: { name: `Choir ${newId()}` },
  })),
  'POST /api/groups/:groupId/members': key(async (world) => ({
    path: `/api/groups/${world.groupId}/members`,
    by: world.ada,
    body: { userIds: [(await newPerson(world)).id] },
  })),
  'PATCH /api/groups/:groupId/members/:userId': key(async ({ ada, bob }) => ({
    path: `/api/groups/${(await createGroup(ada, [bob])).id}/members/${bob.id}`,
    by: ada,
    body: { role: 'admin' },
  })),
  'DELETE /api/groups/:groupId/members/:userId': key(async ({ ada, bob }) => ({
    path: `/api/groups/${(await createGroup(ada, [bob])).id}/members/${bob.id}`,
    by: ada,
  })),
  'POST /api/groups/:groupId/owner': key(async ({ ada, bob }) => ({
    path: `/api/groups/${(await createGroup(ada, [bob])).id}/owner`,
    by: ada,
    body: { userId: bob.id },
  })),
  'POST /api/groups/:groupId/invite': key(({ ada, groupId }) => ({
    path: `/api/groups/${groupId}/invite`,
    by: ada,
    body: { maxUses: 3 },
  })),
  'DELETE /api/groups/:groupId/invite': nature(({ ada, groupId }) => ({
    path: `/api/groups/${groupId}/invite`,
    by: ada,
  })),
  'PUT /api/groups/:groupId/picture': nature(({ ada, groupId }) => ({
    path: `/api/groups/${groupId}/picture`,
    by: ada,
    bytes: PIXEL,
  })),
  'DELETE /api/groups/:groupId/picture': nature(({ ada, groupId }) => ({
    path: `/api/groups/${groupId}/picture`,
    by: ada,
  })),
  'POST /api/invites/:token': key(async (world) => {
    const { body } = await world.ada.post(`/api/groups/${world.groupId}/invite`, { maxUses: 1 })
    return { path: `/api/invites/${body.token}`, by: await newPerson(world), body: {} }
  }),
  'POST /api/messages': key(({ ada, bob }) => ({
    path: '/api/messages',
    by: ada,
    body: { receiverId: bob.id, text: 'Hello', clientMessageId: newId() },
  })),
  'PATCH /api/messages/:conversationId/:seq': key(async ({ ada, groupId }) => ({
    path: `/api/messages/${groupId}/${(await say(ada, groupId, 'Hello')).seq}`,
    by: ada,
    body: { text: 'Hello again', clientEditId: newId() },
  })),
  'DELETE /api/messages/:conversationId/:seq': nature(async ({ ada, groupId }) => ({
    path: `/api/messages/${groupId}/${(await say(ada, groupId, 'Hello')).seq}`,
    by: ada,
  })),
  'POST /api/messages/:conversationId/read': nature(({ bob, groupId }) => ({
    path: `/api/messages/${groupId}/read`,
    by: bob,
    body: { seq: 1 },
  })),
  'POST /api/messages/:conversationId/unread': nature(({ bob, groupId }) => ({
    path: `/api/messages/${groupId}/unread`,
    by: bob,
    body: {},
  })),
  'POST /api/messages/delivered': nature(({ bob, groupId }) => ({
    path: '/api/messages/delivered',
    by: bob,
    body: { items: [{ conversationId: groupId, seq: 1 }] },
  })),
  'POST /api/sync': nature(({ ada }) => ({ path: '/api/sync', by: ada, body: { since: null, held: {} } })),
  'POST /api/uploads': exception('a second announced upload ends by itself within a day'),
  'PATCH /api/uploads/:id': exception('each part says its place: uploads.test.ts'),
  'POST /api/uploads/:id/complete': nature(async ({ server, ada }) => {
    const { id, target } = await announce(ada, 'a.txt', 3)
    await fetch(server.url + target.url, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${ada.accessToken}`,
        'content-type': 'application/offset+octet-stream',
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
      },
      body: 'abc',
    })
    return { path: `/api/uploads/${id}/complete`, by: ada, body: {} }
  }),
  'DELETE /api/uploads/:id': nature(async ({ ada }) => ({
    path: `/api/uploads/${(await announce(ada, 'a.txt', 3)).id}`,
    by: ada,
  })),
  'POST /api/media/:id/copy': exception('a second copy that is not sent ends by itself within a day'),
  'POST /api/broadcasts/:id/acknowledge': nature(async ({ admin, ada }) => ({
    path: `/api/broadcasts/${(await sendBroadcast(admin)).id}/acknowledge`,
    by: ada,
    body: { revision: 1 },
  })),
  'POST /api/admin/broadcasts': key(() => ({ path: '/api/admin/broadcasts', body: { title: 'Drill', text: 'Now' } })),
  'PATCH /api/admin/broadcasts/:id': nature(async ({ admin }) => ({
    path: `/api/admin/broadcasts/${(await sendBroadcast(admin)).id}`,
    body: { text: 'Leave by the south door.', isMaterial: true, fromRevision: 1 },
  })),
  'DELETE /api/admin/broadcasts/:id': nature(async ({ admin }) => ({
    path: `/api/admin/broadcasts/${(await draft(admin)).id}`,
  })),
  'POST /api/admin/broadcasts/:id/preview-count': exception('it only counts'),
  'POST /api/admin/broadcasts/:id/send': key(async ({ admin }) => ({
    path: `/api/admin/broadcasts/${(await draft(admin)).id}/send`,
    body: {},
  })),
  'POST /api/admin/broadcasts/:id/cancel': nature(async ({ admin }) => ({
    path: `/api/admin/broadcasts/${(await sendBroadcast(admin, { sendAt: later() })).id}/cancel`,
    body: {},
  })),
  'POST /api/admin/broadcasts/:id/remind': key(async ({ admin }) => ({
    path: `/api/admin/broadcasts/${(await sendBroadcast(admin)).id}/remind`,
    body: {},
  })),
  'DELETE /api/admin/broadcasts/:id/remind': nature(async ({ admin }) => ({
    path: `/api/admin/broadcasts/${(await sendBroadcast(admin)).id}/remind`,
  })),
  'PATCH /api/admin/users/:id': nature(async (world) => ({
    path: `/api/admin/users/${(await newPerson(world)).id}`,
    body: { role: 'admin' },
  })),
  'DELETE /api/admin/users/:id': exception('a repeat goes on where the first stopped: users.test.ts'),
  'POST /api/admin/users/:id/disable': nature(async (world) => ({
    path: `/api/admin/users/${(await newPerson(world)).id}/disable`,
    body: {},
  })),
  'POST /api/admin/users/:id/enable': nature(({ bob }) => ({ path: `/api/admin/users/${bob.id}/enable`, body: {} })),
  'POST /api/admin/users/:id/logout': nature(async (world) => ({
    path: `/api/admin/users/${(await newPerson(world)).id}/logout`,
    body: {},
  })),
  'POST /api/admin/users/:id/mute': nature(async (world) => ({
    path: `/api/admin/users/${(await newPerson(world)).id}/mute`,
    body: { until: later() },
  })),
  'POST /api/admin/users/:id/reset-link': key(({ bob }) => ({
    path: `/api/admin/users/${bob.id}/reset-link`,
    body: {},
  })),
  'POST /api/admin/invites': key(() => ({ path: '/api/admin/invites', body: { note: 'For Cleo', maxUses: 1 } })),
  'DELETE /api/admin/invites/:id': nature(async ({ admin }) => ({
    path: `/api/admin/invites/${(await admin.post('/api/admin/invites', {})).body.id}`,
  })),
  'PATCH /api/admin/settings': nature(() => ({ path: '/api/admin/settings', body: { maintenance: { text: 'Soon' } } })),
  'PATCH /api/admin/reports/:id': nature(async ({ ada, bob }) => ({
    path: `/api/admin/reports/${(await ada.post('/api/reports', { userId: bob.id, reason: 'He hums' })).body.id}`,
    body: { state: 'resolved' },
  })),
  'POST /api/admin/reports/:id/delete-message': nature(async ({ ada, bob, groupId }) => {
    const { seq } = await say(bob, groupId, 'A rude word')
    const report = { userId: bob.id, reason: 'Rude', conversationId: groupId, seq }
    return { path: `/api/admin/reports/${(await ada.post('/api/reports', report)).body.id}/delete-message`, body: {} }
  }),
  'POST /api/admin/retention/dry-run': exception('it only counts'),
  'POST /api/admin/retention/run': exception('a second run finds nothing: retention.test.ts'),
  'POST /api/admin/archives/:id/restore': exception('it restores what is not there: archive.faults.test.ts'),
  'DELETE /api/admin/archives/:id': exception('the second answer says that the file is gone'),
  'POST /api/admin/backups': exception('it returns the backup that is running, and old ones are removed'),
  'POST /api/admin/backups/:id/token': exception('it only lets this session download'),
  'DELETE /api/admin/backups/:id': exception('the second answer says that the file is gone'),
}

/** Lists that show what requests have made: the user who reads it, and its address. */
const LISTS: readonly ['admin' | 'ada' | 'bob', string][] = [
  ['admin', '/api/admin/users?limit=100'],
  ['admin', '/api/admin/broadcasts?limit=100'],
  ['admin', '/api/admin/invites?limit=100'],
  ['admin', '/api/admin/reports?limit=100'],
  ['ada', '/api/chats?limit=100'],
  ['ada', '/api/contacts'],
  ['ada', '/api/blocks'],
  ['ada', '/api/uploads'],
  ['ada', '/api/broadcasts/pending'],
  ['bob', '/api/chats?limit=100'],
]

/** Returns everything that the lists show, without times that a look changes. */
async function everything(world: World): Promise<string[]> {
  const answers = await Promise.all(LISTS.map(async ([reader, path]) => (await world[reader].get(path)).body))
  return answers.map((answer) => JSON.stringify(answer, (name, value) => (name === 'lastSeenAt' ? null : value)))
}

async function send(
  { server, admin }: World,
  method: string,
  { path, body, by = admin, bytes }: Ask,
  idempotencyKey: string,
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...(by && { authorization: `Bearer ${by.accessToken}` }),
      ...(bytes === undefined && { 'content-type': 'application/json' }),
      [IDEMPOTENCY_HEADER]: `"${idempotencyKey}"`,
    },
    ...(bytes ? { body: bytes } : body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** Returns the parts of an answer by which a client knows the thing. */
const thingOf = ({ status, body }: Answer) => ({
  status,
  ...Object.fromEntries(
    ['id', 'seq', 'token', 'expiresAt', 'state', 'role', 'recipients'].map((field) => [field, body?.[field]]),
  ),
})

test('[E2] every request that changes something has a rule for its repeats', async () => {
  const { server } = await team([])
  const changing = endpointsOf(server.app).filter((name) => /^(POST|PUT|PATCH|DELETE) \/api\//.test(name))
  expect(changing.toSorted()).toEqual(Object.keys(RULES).toSorted())
})

test(
  '[E2] the repeat of each request after a lost answer answers as the first and makes nothing more',
  { timeout: 90_000 },
  async () => {
    const { server, people } = await team(['admin', 'ada', 'bob'], { signupsPerHour: 1000 })
    const [admin, ada, bob] = people as [Person, Person, Person]
    const world: World = { server, admin, ada, bob, groupId: (await createGroup(ada, [bob])).id }
    const faults: Record<string, unknown> = {}
    for (const [name, rule] of Object.entries(RULES)) {
      if (rule.by === 'exception') continue
      const [method = ''] = name.split(' ')
      const ask = await rule.ask(world)
      const idempotencyKey = newId()
      const first = await send(world, method, ask, idempotencyKey)
      const before = await everything(world)
      const second = await send(world, method, ask, idempotencyKey)
      const after = await everything(world)
      if (first.status >= 300 || JSON.stringify([thingOf(first), before]) !== JSON.stringify([thingOf(second), after]))
        faults[name] = { first, second, changed: LISTS.filter((_, index) => before[index] !== after[index]) }
    }
    expect(faults).toEqual({})
  },
)
