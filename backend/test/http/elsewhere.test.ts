import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, type Config } from '../../src/config.ts'
import { fetchAs, send, upload } from '../media/files.ts'
import { transparentPng } from '../media/samples.ts'
import { person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const PAGE = 'https://chat.pages.example'
const ADA = { username: 'ada', fullName: 'Ada', email: 'ada@example.org', password: 'correct horse' }
const ON_ANOTHER_SITE: Partial<Config> = { allowedOrigins: [PAGE], cookieSameSite: 'none', secureCookies: true }

/** Returns `set-cookie` without values and times. */
const attributes = (headers: Record<string, unknown>) =>
  [headers['set-cookie']].flat().map((cookie) =>
    String(cookie)
      .replace(/=[^;]*; (?:Max-Age=\d+; )?/, '; ')
      .replace(/_[0-9a-f]{8};/, '_<id>;')
      .replace(/ Expires=[^;]*;/, ''),
  )

describe('cookies', () => {
  it("are for the server's own site", async () => {
    const server = await startServer()
    const { headers } = await request(server.url).post('/api/auth/signup').send(ADA)
    expect(attributes(headers)).toEqual([
      'parley_access_<id>; Path=/; HttpOnly; SameSite=Strict',
      'parley_refresh_<id>; Path=/api/auth; HttpOnly; SameSite=Strict',
      'parley_device_<id>; Path=/api/auth; HttpOnly; SameSite=Strict',
    ])
  })

  it('are sent from another site when the operator allows it, are partitioned for that site, and are cleared the same way', async () => {
    const server = await startServer(ON_ANOTHER_SITE)
    const expected = [
      '__Host-parley_access_<id>; Path=/; HttpOnly; Secure; Partitioned; SameSite=None',
      '__Secure-parley_refresh_<id>; Path=/api/auth; HttpOnly; Secure; Partitioned; SameSite=None',
      '__Secure-parley_device_<id>; Path=/api/auth; HttpOnly; Secure; Partitioned; SameSite=None',
    ]
    const signup = await request(server.url).post('/api/auth/signup').set('Origin', PAGE).send(ADA)
    expect(attributes(signup.headers)).toEqual(expected)
    const cookies = [signup.headers['set-cookie']].flat().map((cookie) => String(cookie).split(';')[0])
    const logout = await request(server.url)
      .post('/api/auth/logout')
      .set({ Origin: PAGE, Cookie: cookies.join('; ') })
      .send({})
    // The device stays known.
    expect([logout.status, attributes(logout.headers)]).toEqual([204, expected.slice(0, 2)])
  })

  it('of a foreign page change nothing and show nothing', async () => {
    const server = await startServer(ON_ANOTHER_SITE)
    const signup = await request(server.url).post('/api/auth/signup').set('Origin', PAGE).send(ADA)
    const Cookie = [signup.headers['set-cookie']]
      .flat()
      .map((cookie) => String(cookie).split(';')[0])
      .join('; ')
    for (const Origin of ['https://evil.example', 'null', 'https://chat.pages.example.evil.example']) {
      for (const path of [
        '/api/auth/logout',
        '/api/auth/refresh',
        '/api/chats',
        '/api/uploads',
        '/api/admin/retention/run',
      ]) {
        const answer = await request(server.url).post(path).set({ Origin, Cookie }).send({})
        expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'origin_not_allowed'])
      }
      const { headers } = await request(server.url).get('/api/auth/me').set({ Origin, Cookie })
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      const handshake = await request(server.url).get('/socket.io/?EIO=4&transport=polling').set({ Origin, Cookie })
      expect(handshake.status).toBe(403)
    }
    expect((await request(server.url).get('/api/auth/me').set({ Origin: PAGE, Cookie })).status).toBe(200)
  })

  it('for other sites are refused when they are not Secure', () => {
    expect(() => parseConfig({ COOKIE_SAME_SITE: 'none' })).toThrow(ConfigError)
    expect(() => parseConfig({ COOKIE_SAME_SITE: 'none', SECURE_COOKIES: 'false' })).toThrow(
      /SECURE_COOKIES: must be true/,
    )
    expect(() => parseConfig({ COOKIE_SAME_SITE: 'lax' })).toThrow(/COOKIE_SAME_SITE: must be strict or none/)
    expect(parseConfig({ COOKIE_SAME_SITE: 'none', SECURE_COOKIES: 'true' })).toMatchObject({ cookieSameSite: 'none' })
  })
})

it.each<[Partial<Config>, string]>([
  [{}, 'same-origin'],
  [{ allowedOrigins: [PAGE] }, 'same-site'],
  [ON_ANOTHER_SITE, 'cross-origin'],
])('pictures may be shown where cookies are sent: %o', async (config, policy) => {
  const server = await startServer(config)
  expect((await request(server.url).get('/api/auth/me')).headers['cross-origin-resource-policy']).toBe(policy)
})

it('a file that a browser would show is saved on request, by cookie and by a signed address', async () => {
  const server = await startServer()
  const [ada, ben] = [await person(server, 'ada'), await person(server, 'ben')]
  const file = await upload(server, ada, 'Plan.png', await transparentPng())
  await send(ada, { receiverId: ben.id }, [file])
  const { body: signed } = await ben.get(`/api/media/${file.id}/url`)
  const disposition = async (path: string, who: typeof ben | null) =>
    (await fetchAs(server, who, path)).headers.get('content-disposition')?.split(';')[0]
  expect(await disposition(`/api/media/${file.id}/original`, ben)).toBe('inline')
  expect(await disposition(`/api/media/${file.id}/original?download=1`, ben)).toBe('attachment')
  expect(await disposition(signed.url, null)).toBe('inline')
  expect(await disposition(`${signed.url}&download=1`, null)).toBe('attachment')
})
