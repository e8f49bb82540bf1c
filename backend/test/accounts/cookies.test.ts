import request from 'supertest'
import { expect, test } from 'vitest'
import { createModels } from '../../src/models/index.ts'
import { ARE_TWO } from '../helpers/nginx.ts'
import { withStore } from '../helpers/openStore.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

/** A browser's cookies of one host, which it sends to all ports of the host. */
class CookieJar {
  readonly cookies = new Map<string, string>()

  /** Sends a request with all cookies, and keeps those of the answer. */
  async send(server: TestServer, path: string, body?: object) {
    const sent = body ? request(server.url).post(path).send(body) : request(server.url).get(path)
    const answer = await sent.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }

  /** Gives the cookies the names of the versions without an id, and forgets the access cookie. */
  age(): void {
    const all = [...this.cookies]
    this.cookies.clear()
    for (const [name, value] of all) {
      const former = name.replace(/_[0-9a-f]{8}$/, '')
      if (former !== 'parley_access') this.cookies.set(former, value)
    }
  }
}

const signup = (jar: CookieJar, server: TestServer, username: string) =>
  jar.send(server, '/api/auth/signup', {
    username,
    fullName: username,
    email: `${username}@example.org`,
    password: 'correct horse',
  })
const me = async (jar: CookieJar, server: TestServer) => {
  const { status, body } = await jar.send(server, '/api/auth/me')
  return status === 200 ? String(body.username) : status
}

// The servers of these tests begin with a copy of one database, so the second one must get an id of its own.
async function anotherServer(): Promise<TestServer> {
  const first = await startServer()
  await first.stop()
  await withStore(first.dataDir, async (connection) => {
    await (await createModels(connection)).Setting.deleteMany({})
  })
  return startServer({}, first.dataDir)
}

test.skipIf(ARE_TWO)('[E9] two servers on one host do not sign each other out', async () => {
  const [here, there] = [await startServer(), await anotherServer()]
  const jar = new CookieJar()
  await signup(jar, here, 'ada')
  await signup(jar, there, 'grace')
  expect([await me(jar, here), await me(jar, there)]).toEqual(['ada', 'grace'])
  expect((await jar.send(here, '/api/auth/refresh', {})).status).toBe(200)
  expect([await me(jar, here), await me(jar, there)]).toEqual(['ada', 'grace'])
  await jar.send(here, '/api/auth/logout', {})
  expect([await me(jar, here), await me(jar, there)]).toEqual([401, 'grace'])
  // The sign-in page asks these two.
  expect((await jar.send(here, '/api/auth/session')).body).toEqual({ user: null, isRefreshable: false })
  expect((await jar.send(here, '/api/auth/refresh', {})).status).toBe(401)
  expect(await me(jar, there)).toBe('grace')
})

test.skipIf(ARE_TWO)(
  '[E9] a session of an earlier version moves to the new names, at its own server only',
  async () => {
    const [here, there] = [await startServer(), await anotherServer()]
    const jar = new CookieJar()
    await signup(jar, here, 'ada')
    jar.age()
    const former = [...jar.cookies.keys()]
    expect(former).toEqual(['parley_refresh', 'parley_device'])
    expect((await jar.send(there, '/api/auth/session')).body).toEqual({ user: null, isRefreshable: false })
    expect((await jar.send(there, '/api/auth/refresh', {})).status).toBe(401)
    await jar.send(there, '/api/auth/logout', {})
    expect([...jar.cookies.keys()]).toEqual(former)

    expect((await jar.send(here, '/api/auth/session')).body).toEqual({ user: null, isRefreshable: true })
    expect((await jar.send(here, '/api/auth/refresh', {})).status).toBe(200)
    expect(await me(jar, here)).toBe('ada')
    expect([...jar.cookies.keys()].toSorted()).toEqual([
      expect.stringMatching(/^parley_access_[0-9a-f]{8}$/),
      'parley_device',
      expect.stringMatching(/^parley_device_[0-9a-f]{8}$/),
      expect.stringMatching(/^parley_refresh_[0-9a-f]{8}$/),
    ])
  },
)
