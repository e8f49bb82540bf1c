import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { FIELD_CODES, PROBLEM_REASONS, PROBLEMS, RATE_LIMIT_NAMES } from '../../src/contract/index.ts'
import { endpointsOf } from '../helpers/endpoints.ts'
import { call } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

/** The endpoints that need no sign-in. Each line opens an endpoint to every visitor. */
const PUBLIC = [
  'POST /api/auth/signup',
  'POST /api/auth/login',
  'POST /api/auth/refresh',
  'POST /api/auth/logout',
  'POST /api/auth/reset',
  'GET /api/auth/registration',
  'GET /api/auth/session',
  'GET /healthz',
  'GET /readyz',
  'GET /{*path}',
]

it('every endpoint except the public ones answers 401 without a token', async () => {
  const server = await startServer()
  const all = endpointsOf(server.app)
  expect(all).toEqual(
    expect.arrayContaining([
      ...PUBLIC,
      'GET /api/auth/me',
      'GET /api/users',
      'GET /api/users/:id',
      'GET /api/chats',
      'POST /api/messages',
    ]),
  )
  for (const endpoint of all.filter((name) => !PUBLIC.includes(name))) {
    const [method = '', path = ''] = endpoint.split(' ')
    const { status, body } = await call(server, method, path.replace(/:\w+/g, 'f'.repeat(24)))
    // An answer to HEAD has no body.
    expect([endpoint, status, method === 'HEAD' ? 'unauthenticated' : body.code]).toEqual([
      endpoint,
      401,
      'unauthenticated',
    ])
  }
})

it('PROTOCOL.md has every endpoint of the API, and no other', async () => {
  const server = await startServer()
  const text = await readFile(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8')
  const documented = [...text.matchAll(/`(GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^?`]*)[^`]*`/g)].map(
    ([, method, path]) => `${method} ${path}`,
  )
  const all = endpointsOf(server.app).filter((name) => name !== 'GET /{*path}')
  expect([...new Set(documented)].toSorted(undefined)).toEqual(all.toSorted(undefined))
})

it('PROBLEMS.md explains every problem with its status and title, and no other', async () => {
  const text = await readFile(new URL('../../docs/PROBLEMS.md', import.meta.url), 'utf8')
  const explained = [...text.matchAll(/^## (\S+)\n\n(\d{3}) · (.+)\n\n\S/gm)].map(([, code, status, title]) => [
    code,
    { status: Number(status), title },
  ])
  expect(Object.fromEntries(explained)).toEqual(PROBLEMS)
  expect(text.match(/^## /gm)).toHaveLength(explained.length + 1)
})

it('PROBLEMS.md lists every reason under its code, every code of a field, every limited action, and the kinds of their parameters', async () => {
  const text = await readFile(new URL('../../docs/PROBLEMS.md', import.meta.url), 'utf8')
  const sections = new Map(text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]))
  const reasons = Object.keys(PROBLEMS).flatMap((code) =>
    rowsOf(sections.get(code) ?? '').map(([reason, params]) => [reason, { code, params }] as const),
  )
  expect(reasons.map(([reason]) => reason).toSorted(undefined)).toEqual(
    Object.keys(PROBLEM_REASONS).toSorted(undefined),
  )
  expect(Object.fromEntries(reasons)).toEqual(PROBLEM_REASONS)
  expect(Object.fromEntries(rowsOf(sections.get('Fields') ?? ''))).toEqual(FIELD_CODES)
  const actions = /^`name` is the limited action: (.+)\.$/m.exec(text)?.[1]?.replaceAll('`', '').split(', ')
  expect(actions).toEqual(RATE_LIMIT_NAMES)
})

/** Returns the rows of a table: the name, and the kinds of its parameters. */
function rowsOf(section: string): [string, Record<string, string>][] {
  return [...section.matchAll(/^\| `(\w+)` \| (.*?) \| \S.* \|$/gm)].map(([, name = '', params = '']) => [
    name,
    Object.fromEntries([...params.matchAll(/`(\w+)`: (\w+)/g)].map(([, param = '', kind = '']) => [param, kind])),
  ])
}
