import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { startNode, startServer, type TestServer } from '../helpers/startServer.ts'

const ada = { username: 'ada', email: 'ada@example.org', fullName: 'Ada Lovelace', password: 'correct horse' }

const signup = (server: TestServer, changes: object = {}) =>
  request(server.url)
    .post('/api/auth/signup')
    .send({ ...ada, ...changes })

const REFUSED: [string, unknown][] = [
  ['username', 'ab'],
  ['username', 'x'.repeat(33)],
  ['username', '-ada'],
  ['username', 'ada@home'],
  ['username', 'a da'],
  ['username', { $gt: '' }],
  ['username', undefined],
  ['email', 'ada'],
  ['email', 'ada@example'],
  ['email', 'a@b@example.org'],
  ['email', `${'a'.repeat(250)}@b.cd`],
  ['email', 'ada\u202e@example.org'],
  ['fullName', ' '],
  ['fullName', 'x'.repeat(81)],
  ['fullName', 'Ada\u202eecalevoL'],
  ['fullName', '\u0301'],
  ['password', '1234567'],
  ['password', 'é'.repeat(37)],
  ['password', 'zero\0byte!'],
  ['password', 'correct horse\ud800'],
  ['password', 12345678],
  ['transport', 'pigeon'],
  ['role', 'admin'],
  ['__proto__', { role: 'admin' }],
]

describe('signing up', () => {
  it('returns the new user, and sets cookies that no script can read', async () => {
    const server = await startServer()
    const { status, body, headers } = await signup(server)
    expect(status).toBe(201)
    expect(body.user).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      username: 'ada',
      email: 'ada@example.org',
      fullName: 'Ada Lovelace',
      role: 'admin',
      createdAt: expect.any(String),
      lastSeenAt: null,
      hidesReadReceipts: false,
      mutedUntil: null,
      picture: null,
      bio: '',
      statusText: '',
      profileRevision: 0,
    })
    expect(Date.parse(body.accessExpiresAt) - Date.now()).toBeGreaterThan(14 * 60_000)
    expect(body).not.toHaveProperty('tokens')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^parley_access_[0-9a-f]{8}=[^;]+; Max-Age=(900|899); Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^parley_refresh_[0-9a-f]{8}=[^;]+; Max-Age=2592000; Path=\/api\/auth; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^parley_device_[0-9a-f]{8}=[^;]+; Max-Age=31536000; Path=\/api\/auth; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
      ),
    ])
  })

  it('gives a program its tokens in the body, and no cookie', async () => {
    const server = await startServer()
    const { body, headers } = await signup(server, { transport: 'bearer' })
    expect(headers).not.toHaveProperty('set-cookie')
    const me = await request(server.url).get('/api/auth/me').auth(body.tokens.accessToken, { type: 'bearer' })
    expect([me.status, me.body]).toEqual([200, body.user])
  })

  it('makes the first user the admin and every later one a plain user, also when many sign up at the same time', async () => {
    const server = await startServer()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => signup(server, { username: `user${n}`, email: `user${n}@example.org` })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201))
    expect(answers.filter(({ body }) => body.user.role === 'admin')).toHaveLength(1)
    expect((await signup(server)).body.user.role).toBe('member')
  })

  it('refuses a name or address that differs from another by case or width only', async () => {
    const server = await startServer()
    await signup(server)
    for (const [field, changes] of [
      ['username', { username: 'ADA', email: 'other@example.org' }],
      ['username', { username: 'ａｄａ', email: 'other@example.org' }],
      ['email', { username: 'other', email: ' ADA@Example.ORG ' }],
    ] as const) {
      const { status, body } = await signup(server, changes)
      expect([status, body.code, body.errors]).toEqual([
        409,
        `${field}_taken`,
        [{ field, code: 'is_taken', params: {}, message: 'is taken' }],
      ])
    }
  })

  it('gives a name to one of two users who ask for it at the same time', async () => {
    const server = await startServer()
    const answers = await Promise.all([1, 2, 3, 4].map((n) => signup(server, { email: `ada${n}@example.org` })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
  })

  it('refuses a wrong field, and names the field', async () => {
    const server = await startServer()
    for (const [field, value] of REFUSED) {
      // Defined, not assigned, so that `__proto__` travels like any other key.
      const input = Object.defineProperty({ ...ada }, field, { value, enumerable: true })
      const { status, body } = await request(server.url)
        .post('/api/auth/signup')
        .type('json')
        .send(JSON.stringify(input))
      expect([field, value, status, body.code, body.errors?.[0]?.field]).toEqual([
        field,
        value,
        400,
        'invalid_input',
        field,
      ])
    }
  })

  it('counts characters as users see them, and stores names as they were written', async () => {
    const server = await startServer()
    const { status, body } = await signup(server, {
      username: '𠮷'.repeat(32),
      fullName: '  山田   太郎  ',
      password: 'e\u0301'.repeat(36),
    })
    expect([status, body.user.username, body.user.fullName]).toEqual([201, '𠮷'.repeat(32), '山田 太郎'])
    const login = await request(server.url)
      .post('/api/auth/login')
      .send({ login: '𠮷'.repeat(32), password: 'é'.repeat(36) })
    expect(login.status).toBe(200)
  })

  it('lists every wrong field at once', async () => {
    const server = await startServer()
    const { body } = await request(server.url).post('/api/auth/signup').send({})
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'username',
      'email',
      'fullName',
      'password',
    ])
  })

  it('is limited for one address', async () => {
    const server = await startServer({ signupsPerHour: 2 })
    await signup(server)
    await signup(server)
    const { status, body, headers } = await signup(server)
    expect([status, body.code]).toEqual([429, 'rate_limited'])
    expect(Number(headers['retry-after'])).toBe(body.retryAfter)
    expect(body.retryAfter).toBeGreaterThan(3590)
  })

  it("trusts a proxy's address only when configured", async () => {
    const careless = await startNode({ signupsPerHour: 1, trustProxy: 1 })
    const strict = await startNode({ signupsPerHour: 1 })
    const statuses = []
    for (const [server, ip, n] of [
      [careless, '192.0.2.1', 1],
      [careless, '192.0.2.2', 2],
      [careless, '2001:db8::1', 3],
      [careless, '2001:db8::2', 4],
      [strict, '192.0.2.1', 1],
      [strict, '192.0.2.2', 2],
    ] as const) {
      statuses.push(
        (await signup(server, { username: `user${n}`, email: `user${n}@example.org` }).set('X-Forwarded-For', ip))
          .status,
      )
    }
    expect(statuses).toEqual([201, 201, 201, 429, 201, 429])
  })

  it('leaves no password and no refresh token on the disk', async () => {
    const server = await startServer()
    const { body } = await signup(server, { transport: 'bearer' })
    const secrets = [ada.password, body.tokens.refreshToken.split('.')[1], body.tokens.accessToken]
    await server.stop()
    const files = await readdir(server.dataDir, { recursive: true, withFileTypes: true })
    const contents = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
    )
    expect(contents.some((content) => content.includes(ada.email))).toBe(!process.env['MONGO_DB_URI'])
    for (const secret of secrets) expect(contents.some((content) => content.includes(secret))).toBe(false)
  })
})
