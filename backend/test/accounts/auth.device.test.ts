import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createDeviceTokens } from '../../src/lib/auth/deviceTokens.ts'
import { startNode, type TestServer } from '../helpers/startServer.ts'

const FAILURES = 3
const PASSWORD = 'correct horse'

interface SignIn {
  name?: string
  password?: string
  cookie?: string
}

const login = (server: TestServer, { name = 'ada', password = PASSWORD, cookie = '' }: SignIn) =>
  request(server.url).post('/api/auth/login').set('Cookie', cookie).send({ login: name, password })

const deviceIn = (headers: Record<string, string | string[] | undefined>): string =>
  [headers['set-cookie']]
    .flat()
    .map((cookie) => cookie?.split(';')[0] ?? '')
    .find((cookie) => cookie.startsWith('parley_device_')) ?? ''

/** Signs up, and returns the cookie of the browser. */
async function signUp(server: TestServer, username: string, cookie = ''): Promise<string> {
  const input = { username, fullName: username, email: `${username}@example.org`, password: PASSWORD }
  const { headers } = await request(server.url).post('/api/auth/signup').set('Cookie', cookie).send(input).expect(201)
  return deviceIn(headers)
}

/** Fails as often as one address may for one account, and once more. */
async function guess(server: TestServer, signIn: SignIn = {}): Promise<number[]> {
  const statuses = []
  for (let index = 0; index <= FAILURES; index += 1)
    statuses.push((await login(server, { ...signIn, password: 'a guess' })).status)
  return statuses
}

const start = () => startNode({ loginFailuresPer15Minutes: FAILURES })

describe('a browser in which a user has signed in before', () => {
  it('signs the user in while strangers behind the same address guess the password', async () => {
    const server = await start()
    const cookie = await signUp(server, 'ada')
    expect(await guess(server)).toEqual([401, 401, 401, 429])
    // Without the cookie nothing tells the user from the strangers.
    expect((await login(server, {})).status).toBe(429)
    expect((await login(server, { cookie })).status).toBe(200)
    expect((await login(server, { cookie, name: 'ada@example.org' })).status).toBe(200)
  })

  it('has failures of its own, which do not count for others', async () => {
    const server = await start()
    const cookie = await signUp(server, 'ada')
    expect(await guess(server, { cookie })).toEqual([401, 401, 401, 429])
    expect((await login(server, { cookie })).status).toBe(429)
    expect((await login(server, {})).status).toBe(200)
  })

  it('is known for each of its users, and for no other', async () => {
    const server = await start()
    const first = await signUp(server, 'ada')
    const both = await signUp(server, 'ben', first)
    await signUp(server, 'eve')
    for (const name of ['ada', 'ben', 'eve']) await guess(server, { name })
    const statuses = []
    for (const name of ['ada', 'ben', 'eve']) statuses.push((await login(server, { name, cookie: both })).status)
    expect(statuses).toEqual([200, 200, 429])
  })

  it('is known after a refresh too, and after signing out', async () => {
    const server = await start()
    await signUp(server, 'ada')
    const browser = request.agent(server.url)
    const session = await browser.post('/api/auth/login').send({ login: 'ada', password: PASSWORD }).expect(200)
    const refreshed = await browser.post('/api/auth/refresh').expect(200)
    expect(deviceIn(refreshed.headers)).toBe(deviceIn(session.headers))
    await browser.post('/api/auth/logout').expect(204)
    await guess(server)
    await browser.post('/api/auth/login').send({ login: 'ada', password: PASSWORD }).expect(200)
  })
})

describe('the cookie of a browser', () => {
  const ids = Array.from({ length: 7 }, (_, index) => String(index).repeat(24))
  const tokens = createDeviceTokens('a secret')

  it('is refused when it was made with another secret, changed, or is no cookie of ours', () => {
    const [ada = '', ben = ''] = ids
    const cookie = tokens.add(ada, undefined)
    expect(tokens.deviceOf(ada, cookie)).toMatch(/^[\w-]{22}$/)
    expect(createDeviceTokens('another').deviceOf(ada, cookie)).toBeNull()
    expect(tokens.deviceOf(ben, cookie.replace(ada, ben))).toBeNull()
    for (const text of [undefined, '', '~', 'x'.repeat(5000), `${ada}.x.y`])
      expect(tokens.deviceOf(ada, text)).toBeNull()
  })

  it('keeps the last five users', () => {
    const cookie = ids.reduce<string | undefined>((before, id) => tokens.add(id, before), undefined)
    expect(ids.map((id) => tokens.deviceOf(id, cookie) !== null)).toEqual([false, false, true, true, true, true, true])
    expect(cookie?.length).toBeLessThan(600)
  })
})
