import request from 'supertest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AuthResult } from '../../src/contract/index.ts'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { call, next, person, type Answer } from '../helpers/people.ts'
import { startNode, startServer, type TestServer } from '../helpers/startServer.ts'

const ada = { username: 'ada', email: 'ada@example.org', fullName: 'Ada Lovelace', password: 'correct horse' }

/** Moves the clock that the server reads. Timers continue: only comparisons with a date change. */
function later(seconds: number): void {
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(now + seconds * 1000)
}

afterEach(() => {
  vi.useRealTimers()
})

const refresh = (server: TestServer, refreshToken: string) =>
  call(server, 'POST', '/api/auth/refresh', undefined, { refreshToken })

async function refreshed(
  server: TestServer,
  refreshToken: string,
): Promise<{ accessToken: string; refreshToken: string }> {
  const { status, body } = await refresh(server, refreshToken)
  expect(status).toBe(200)
  return (body as Required<AuthResult>).tokens
}

const me = (server: TestServer, accessToken: string) => call(server, 'GET', '/api/auth/me', accessToken)

const logout = (server: TestServer, accessToken?: string, body?: unknown) =>
  call(server, 'POST', '/api/auth/logout', accessToken, body)

const outcome = ({ status, body }: Answer): [number, string | undefined] => [status, body?.code]

/** Makes a browser that stores cookies and sends them by their rules. */
async function browser(server: TestServer) {
  const agent = request.agent(server.url)
  await agent.post('/api/auth/signup').send(ada).expect(201)
  return agent
}

async function ask(asker: { get: (path: string) => request.Test }) {
  const { status, body } = await asker.get('/api/auth/session')
  return [status, body.user?.username ?? null, body.isRefreshable]
}

it('a page learns whether a user is signed in, and whether a refresh would help, without a refusal', async () => {
  const server = await startServer()
  expect(await ask(request(server.url))).toEqual([200, null, false])
  expect(await ask(request.agent(server.url).set('Cookie', 'parley_access=x; parley_refresh=y'))).toEqual([
    200,
    null,
    false,
  ])
  const agent = await browser(server)
  expect(await ask(agent)).toEqual([200, 'ada', true])
  later(901)
  expect(await ask(agent)).toEqual([200, null, true])
  await agent.post('/api/auth/refresh').send({}).expect(200)
  expect(await ask(agent)).toEqual([200, 'ada', true])
  await agent.post('/api/auth/logout').send({}).expect(204)
  expect(await ask(agent)).toEqual([200, null, false])
})

describe('the access token', () => {
  it('is required', async () => {
    const server = await startServer()
    const response = await request(server.url).get('/api/auth/me')
    expect([response.status, response.body.code, response.headers['www-authenticate']]).toEqual([
      401,
      'unauthenticated',
      'Bearer realm="parley"',
    ])
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })

  it('expires, and a refresh returns the next one', async () => {
    const server = await startServer()
    const someone = await person(server, 'ada')
    later(901)
    expect(outcome(await me(server, someone.accessToken))).toEqual([401, 'unauthenticated'])
    const { accessToken } = await refreshed(server, someone.refreshToken)
    expect((await me(server, accessToken)).body).toEqual(someone.user)
  })

  it('is refused when another server signed it', async () => {
    const [here, there] = [
      await startServer({ jwtSecret: 'a'.repeat(32) }),
      await startServer({ jwtSecret: 'b'.repeat(32) }),
    ]
    const someone = await person(there, 'ada')
    expect(outcome(await me(here, someone.accessToken))).toEqual([401, 'unauthenticated'])
  })
})

describe('refreshing', () => {
  it('works by cookie, and sets new cookies in the browser', async () => {
    const server = await startServer()
    const agent = await browser(server)
    const { status, body, headers } = await agent.post('/api/auth/refresh')
    expect([status, body.user.username, headers['set-cookie']?.length, body.tokens]).toEqual([200, 'ada', 3, undefined])
    expect((await agent.get('/api/auth/me')).status).toBe(200)
  })

  it('keeps a session alive while it is used, and no longer', async () => {
    const server = await startServer({ sessionSeconds: 86_400 })
    let { accessToken, refreshToken } = await person(server, 'ada')
    for (let day = 0; day < 3; day += 1) {
      later(86_000)
      ;({ accessToken, refreshToken } = await refreshed(server, refreshToken))
    }
    expect((await me(server, accessToken)).status).toBe(200)
    later(86_401)
    expect(outcome(await refresh(server, refreshToken))).toEqual([401, 'session_ended'])
  })

  it('gives each of several tabs that wake at the same time a working token', async () => {
    const server = await startServer()
    const { refreshToken } = await person(server, 'ada')
    const answers = await Promise.all(Array.from({ length: 8 }, () => refreshed(server, refreshToken)))
    expect(new Set(answers.map((tokens) => tokens.refreshToken)).size).toBe(8)
    for (const { accessToken } of answers) expect((await me(server, accessToken)).status).toBe(200)
    later(60)
    await refreshed(server, answers[5]?.refreshToken ?? '')
  })

  it('[E2] may be repeated, however late, while the answers are lost', async () => {
    const server = await startServer({ costLimits: { ...COST_LIMITS, refreshesPerMinute: 100 } })
    const { refreshToken } = await person(server, 'ada')
    // More often than a session keeps tokens.
    for (let lost = 0; lost < 70; lost += 1) await refreshed(server, refreshToken)
    later(86_000)
    const received = await refreshed(server, refreshToken)
    expect((await me(server, received.accessToken)).status).toBe(200)
    expect((await refresh(server, received.refreshToken)).status).toBe(200)
  })

  it('with a token whose successor was used ends the session for thief and owner, and closes its sockets', async () => {
    const server = await startServer()
    const owner = await person(server, 'ada')
    const socket = await owner.connect()
    const told = next(socket, 'sessionEnded')
    const closed = new Promise((resolve) => socket.once('disconnect', resolve))
    const stolen = await refreshed(server, owner.refreshToken)
    const second = await refreshed(server, owner.refreshToken)
    const { accessToken, refreshToken } = await refreshed(server, second.refreshToken)
    expect(outcome(await refresh(server, stolen.refreshToken))).toEqual([401, 'session_ended'])
    expect(await told).toBe('revoked')
    await closed
    expect(outcome(await me(server, accessToken))).toEqual([401, 'session_ended'])
    expect(outcome(await refresh(server, refreshToken))).toEqual([401, 'session_ended'])
  })

  it('with an older token ends the session at once', async () => {
    const server = await startServer()
    const { refreshToken } = await person(server, 'ada')
    const second = await refreshed(server, refreshToken)
    const third = await refreshed(server, second.refreshToken)
    expect(outcome(await refresh(server, refreshToken))).toEqual([401, 'session_ended'])
    expect(outcome(await me(server, third.accessToken))).toEqual([401, 'session_ended'])
  })

  it('with an invented token of a session ends the session; with nonsense does nothing', async () => {
    const server = await startServer()
    const { refreshToken } = await person(server, 'ada')
    expect(outcome(await refresh(server, 'nonsense'))).toEqual([401, 'unauthenticated'])
    expect(outcome(await call(server, 'POST', '/api/auth/refresh'))).toEqual([401, 'unauthenticated'])
    expect(outcome(await refresh(server, `${'0'.repeat(24)}.${'a'.repeat(43)}`))).toEqual([401, 'session_ended'])
    const alive = await refreshed(server, refreshToken)
    expect(outcome(await refresh(server, `${refreshToken.split('.')[0]}.${'a'.repeat(43)}`))).toEqual([
      401,
      'session_ended',
    ])
    expect(outcome(await me(server, alive.accessToken))).toEqual([401, 'session_ended'])
  })

  it('clears the cookies of a browser whose session has ended', async () => {
    const server = await startServer({ sessionSeconds: 86_400 })
    const agent = await browser(server)
    const { headers: signedIn } = await agent.post('/api/auth/refresh').send({})
    const dead = [signedIn['set-cookie']].flat().map((cookie) => String(cookie).split(';')[0])
    later(86_401)
    // The cookie jar of the tests never sends an expired cookie; a browser with a slow clock would.
    const { status, headers } = await request(server.url).post('/api/auth/refresh').set('Cookie', dead.join('; '))
    expect(status).toBe(401)
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^parley_access_[0-9a-f]{8}=; Path=\/; Expires=Thu, 01 Jan 1970/),
      expect.stringMatching(/^parley_refresh_[0-9a-f]{8}=; Path=\/api\/auth; Expires=Thu, 01 Jan 1970/),
    ])
    expect((await agent.get('/api/auth/me')).status).toBe(401)
  })

  it('is limited for one address by tokens that are not valid, and a live one is not refused for them', async () => {
    const server = await startServer()
    const ada = await person(server, 'ada')
    const statuses = await Promise.all(
      Array.from({ length: 61 }, async () => (await refresh(server, 'nonsense')).status),
    )
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    expect((await refresh(server, ada.refreshToken)).status).toBe(200)
  })

  it('is not limited for many sessions behind one address', async () => {
    const server = await startServer({ costLimits: { ...COST_LIMITS, refreshesPerMinute: 1 } })
    const ada = await person(server, 'ada')
    const login = { login: 'ada', password: 'correct horse', transport: 'bearer' }
    const others = await Promise.all(
      Array.from({ length: 4 }, () => call(server, 'POST', '/api/auth/login', undefined, login)),
    )
    const tokens = [ada.refreshToken, ...others.map(({ body }) => body.tokens.refreshToken as string)]
    const answers = await Promise.all(tokens.map((token) => refresh(server, token)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const again = answers[0]?.body.tokens.refreshToken as string
    expect(await refresh(server, again)).toMatchObject({ status: 429, body: { params: { name: 'session_refreshes' } } })
  })
})

describe('signing out', () => {
  it('by the access token counts at once, and closes the sockets of this session only', async () => {
    const server = await startServer()
    const first = await person(server, 'ada', 'Ada Lovelace')
    const login = await call(server, 'POST', '/api/auth/login', undefined, {
      login: 'ada',
      password: 'correct horse',
      transport: 'bearer',
    })
    const second = login.body.tokens.accessToken as string
    const socket = await first.connect()
    const told = next(socket, 'sessionEnded')
    expect((await logout(server, first.accessToken)).status).toBe(204)
    expect(await told).toBe('logged_out')
    expect(outcome(await me(server, first.accessToken))).toEqual([401, 'session_ended'])
    expect(outcome(await refresh(server, first.refreshToken))).toEqual([401, 'session_ended'])
    expect((await me(server, second)).status).toBe(200)
  })

  it('by the refresh token only works when the access token has expired', async () => {
    const server = await startServer()
    const someone = await person(server, 'ada')
    later(901)
    expect((await logout(server, someone.accessToken, { refreshToken: someone.refreshToken })).status).toBe(204)
    expect(outcome(await refresh(server, someone.refreshToken))).toEqual([401, 'session_ended'])
  })

  it('by cookie clears the cookies', async () => {
    const server = await startServer()
    const agent = await browser(server)
    const { status, headers } = await agent.post('/api/auth/logout')
    expect([status, headers['set-cookie']?.length, headers['cache-control']]).toEqual([204, 2, 'no-store'])
    expect((await agent.get('/api/auth/me')).body.code).toBe('unauthenticated')
  })

  it('twice, or without a session, is no error', async () => {
    const server = await startServer()
    const someone = await person(server, 'ada')
    const statuses = [
      await logout(server, someone.accessToken),
      await logout(server, someone.accessToken),
      await logout(server),
      await logout(server, 'x.y.z', { refreshToken: 'nonsense' }),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([204, 204, 204, 204])
  })

  it('with an invented refresh token ends nothing', async () => {
    const server = await startServer()
    const someone = await person(server, 'ada')
    await logout(server, undefined, { refreshToken: `${someone.refreshToken.split('.')[0]}.${'a'.repeat(43)}` })
    expect((await me(server, someone.accessToken)).status).toBe(200)
  })
})

it('cookies are Secure when the client came by HTTPS, and whenever the configuration says so', async () => {
  const [plain, proxied, strict] = [
    await startNode(),
    await startNode({ trustProxy: 1 }),
    await startNode({ secureCookies: true }),
  ]
  const secure = []
  for (const server of [plain, proxied, strict]) {
    const { headers } = await request(server.url).post('/api/auth/signup').set('X-Forwarded-Proto', 'https').send(ada)
    secure.push([headers['set-cookie'] ?? []].flat().map((cookie) => / Secure(;|$)/.test(cookie)))
  }
  expect(secure).toEqual([
    [false, false, false],
    [true, true, true],
    [true, true, true],
  ])
})

it('a session survives a restart of the server', async () => {
  const before = await startServer()
  const someone = await person(before, 'ada')
  await before.stop()
  const after = await startServer({}, before.dataDir)
  expect((await me(after, someone.accessToken)).body).toEqual(someone.user)
  await refreshed(after, someone.refreshToken)
})
