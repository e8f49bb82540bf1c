import { getRounds } from 'bcryptjs'
import request from 'supertest'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type * as Pool from '../../src/lib/passwords/pool.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

/** The tasks that bcrypt got, with their cost. Equal work can be tested, equal time cannot. */
const work = vi.hoisted((): string[] => [])
vi.mock('../../src/lib/passwords/pool.ts', async (original) => {
  const { createPasswordPool } = await original<typeof Pool>()
  return {
    createPasswordPool(options: Pool.PasswordPoolOptions) {
      const pool = createPasswordPool(options)
      return {
        ...pool,
        hash: (...args: Parameters<typeof pool.hash>) => (work.push(`hash ${options.cost}`), pool.hash(...args)),
        verify: (...args: Parameters<typeof pool.verify>) => (
          work.push(`verify ${getRounds(args[1])}`),
          pool.verify(...args)
        ),
      }
    },
  }
})

const ada = { username: 'Ada', email: 'ada@example.org', fullName: 'Ada Lovelace', password: 'correct horse' }

const login = (server: TestServer, name: string, password: string) =>
  request(server.url).post('/api/auth/login').send({ login: name, password })

async function serverWithAda(overrides: Parameters<typeof startServer>[0] = {}, dataDir?: string): Promise<TestServer> {
  const server = await startServer(overrides, dataDir)
  await request(server.url).post('/api/auth/signup').send(ada).expect(201)
  work.length = 0
  return server
}

beforeEach(() => {
  work.length = 0
})

describe('signing in', () => {
  it('works by username or e-mail address, in any spelling', async () => {
    const server = await serverWithAda()
    for (const name of ['Ada', 'ada', 'ＡＤＡ', ' ada ', 'ada@example.org', 'ADA@EXAMPLE.ORG']) {
      const { status, body, headers } = await login(server, name, ada.password)
      expect([name, status, body.user?.username, headers['cache-control'], headers['set-cookie']?.length]).toEqual([
        name,
        200,
        'Ada',
        'no-store',
        3,
      ])
    }
  })

  it('gives the same answer and does the same work for an unknown name and a wrong password', async () => {
    const server = await serverWithAda()
    const answers = []
    for (const [name, password] of [
      ['ada', 'wrong horse'],
      ['nobody', 'correct horse'],
      ['nobody@example.org', 'correct horse'],
      ['ada', 'x'.repeat(73)],
      ['ada', `${ada.password}\0`],
    ] as const) {
      const { status, body, headers } = await login(server, name, password)
      const { requestId: _, ...problem } = body
      answers.push(JSON.stringify([status, problem, headers['set-cookie'] ?? null]))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('invalid_credentials')
    expect(work).toEqual(Array(5).fill('verify 4'))
  })

  it('refuses a longer password that begins with the right one', async () => {
    const server = await startServer()
    const password = 'p'.repeat(72)
    await request(server.url)
      .post('/api/auth/signup')
      .send({ ...ada, password })
      .expect(201)
    expect((await login(server, 'ada', `${password}!`)).status).toBe(401)
    expect((await login(server, 'ada', password)).status).toBe(200)
  })

  it('hashes the password again, once, after the cost was changed', async () => {
    const before = await serverWithAda()
    await before.stop()
    const after = await startServer({ bcryptCost: 5 }, before.dataDir)
    work.length = 0
    for (let n = 0; n < 2; n += 1) expect((await login(after, 'ada', ada.password)).status).toBe(200)
    expect(work).toEqual(['verify 4', 'hash 5', 'verify 5'])
  })

  it('refuses input that is no name and password', async () => {
    const server = await startServer()
    for (const input of [
      { login: 'ada' },
      { login: { $ne: null }, password: 'x' },
      { login: 'ada', password: ['x'] },
      { login: 'ada', password: 'x', admin: true },
      [],
      null,
    ]) {
      const { status, body } = await request(server.url)
        .post('/api/auth/login')
        .type('json')
        .send(JSON.stringify(input))
      expect([input, status, body.code]).toEqual([input, 400, 'invalid_input'])
    }
  })
})

describe('guessing passwords', () => {
  const failures = 3

  it('is stopped for the account, in every spelling of its name, even with the right password', async () => {
    const server = await serverWithAda({ loginFailuresPer15Minutes: failures })
    for (const name of ['ada', 'ADA', 'ａｄａ']) expect((await login(server, name, 'wrong')).status).toBe(401)
    const { status, body } = await login(server, 'Ada', ada.password)
    expect([status, body.code, body.retryAfter > 0]).toEqual([429, 'rate_limited', true])
    expect(work).toHaveLength(failures)
  })

  it('is stopped when the guesses are sent at the same time', async () => {
    const server = await serverWithAda({ loginFailuresPer15Minutes: failures })
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => login(server, 'ada', 'wrong')))).map(
      ({ status }) => status,
    )
    expect(statuses.filter((status) => status === 401)).toHaveLength(failures)
    expect(work).toHaveLength(failures)
  })

  it('is stopped for names that do not exist too, so that the limit does not show which names exist', async () => {
    const server = await serverWithAda({ loginFailuresPer15Minutes: failures })
    const statuses = []
    for (let n = 0; n <= failures; n += 1) statuses.push((await login(server, 'nobody', 'wrong')).status)
    expect(statuses).toEqual([401, 401, 401, 429])
  })

  it('is stopped for the address after five times as many failures, but a right password signs in', async () => {
    const server = await serverWithAda({ loginFailuresPer15Minutes: 1 })
    for (let n = 0; n < 6; n += 1) await login(server, `user${n}`, 'wrong')
    const { status, body } = await login(server, 'user7', 'wrong')
    expect([status, body.reason, body.params.name]).toEqual([429, 'too_many_requests', 'failed_logins_of_address'])
    expect((await login(server, 'ada', ada.password)).status).toBe(200)
  })

  it('is not made easier for an address by a successful login', async () => {
    const server = await serverWithAda({ loginFailuresPer15Minutes: 1 })
    for (let n = 0; n < 5; n += 1) {
      await login(server, `user${n}`, 'wrong')
      await login(server, 'ada', ada.password)
    }
    await login(server, 'user6', 'wrong')
    expect((await login(server, 'user7', 'wrong')).status).toBe(429)
  })

  it('resets at a success, and a success does not count', async () => {
    const server = await serverWithAda({ loginFailuresPer15Minutes: failures })
    const statuses = []
    for (const password of [
      'wrong',
      'wrong',
      ada.password,
      ada.password,
      ada.password,
      ada.password,
      'wrong',
      'wrong',
      ada.password,
    ]) {
      statuses.push((await login(server, 'ada', password)).status)
    }
    expect(statuses).toEqual([401, 401, 200, 200, 200, 200, 401, 401, 200])
  })
})
