import { connect } from 'node:net'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { isHostAllowed, isOriginAllowed } from '../../src/http/middleware/sameOrigin.middleware.ts'
import { person } from '../helpers/people.ts'
import { startNode, type TestServer } from '../helpers/startServer.ts'

const login = (server: TestServer) => request(server.url).post('/api/auth/login')

const isAllowed = (origin: string | undefined, host: string | undefined, allowed: string[]) =>
  isOriginAllowed({ origin, host, fetchSite: undefined }, allowed)

/** Returns the answer to bytes that no correct client sends. */
async function raw(server: TestServer, text: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end(text)
  let answer = ''
  for await (const chunk of socket.setEncoding('utf8')) answer += String(chunk)
  return answer
}

describe('headers', () => {
  it('forbid everything that the page does not need, on every answer', async () => {
    const server = await startNode()
    for (const path of ['/api/auth/me', '/api/nowhere', '/', '/assets/nothing.js']) {
      const { headers } = await request(server.url).get(path)
      expect(headers['content-security-policy']?.split(';').toSorted(undefined)).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' blob:",
        "manifest-src 'self'",
        "media-src 'self' blob:",
        "require-trusted-types-for 'script'",
        "script-src 'self'",
        "style-src 'self'",
        'trusted-types worker connection',
        "worker-src 'self'",
      ])
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'permissions-policy': expect.stringContaining('camera=()'),
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
      expect(headers).not.toHaveProperty('x-powered-by')
      expect(headers).not.toHaveProperty('strict-transport-security')
    }
  })

  it('send HSTS only over HTTPS', async () => {
    const server = await startNode({ trustProxy: 1 })
    const { headers } = await request(server.url).get('/api/auth/me').set('X-Forwarded-Proto', 'https')
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
  })

  it('have a request id of the server, whatever id the client sends', async () => {
    const server = await startNode()
    const { headers, body } = await request(server.url).get('/api/auth/me').set('X-Request-Id', 'mine')
    expect(headers['x-request-id']).not.toBe('mine')
    expect(body.requestId).toBe(headers['x-request-id'])
  })
})

const OTHER_BODIES = [
  ['application/x-www-form-urlencoded', 'login=ada&password=x'],
  ['text/plain', '{"login":"ada","password":"x"}'],
  ['multipart/form-data; boundary=x', '--x--'],
  ['application/json-patch+json', '[]'],
] as const

describe('a body', () => {
  it('of another type than JSON is refused', async () => {
    const server = await startNode()
    for (const [type, body] of OTHER_BODIES) {
      const answer = await login(server).set('Content-Type', type).send(body)
      expect([type, answer.status, answer.body.code]).toEqual([type, 415, 'unsupported_media_type'])
    }
  })

  it('without a type is refused', async () => {
    const server = await startNode()
    expect(
      await raw(server, 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}'),
    ).toMatch(/^HTTP\/1.1 415 /)
  })

  it('that is compressed is refused, because it could unpack to any size', async () => {
    const server = await startNode()
    const answer = await login(server).set('Content-Encoding', 'gzip').type('json').send('{}')
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type'])
  })

  it('of invalid JSON is refused without a quote of it', async () => {
    const server = await startNode()
    for (const body of ['{"login":', 'null and void', '"text"', '{"login":"ada"}}']) {
      const answer = await login(server).type('json').send(body)
      expect([body, answer.status, answer.body.code, answer.body.detail]).toEqual([
        body,
        400,
        'invalid_input',
        'The body is not valid JSON.',
      ])
    }
  })

  it('may have at most 64 KB, with and without a declared length', async () => {
    const server = await startNode()
    const fits = JSON.stringify({ login: 'ada', password: 'x'.repeat(65_000) })
    const announced = await login(server).type('json').send(fits)
    const tooLarge = await login(server)
      .type('json')
      .send(`${fits}${' '.repeat(1000)}`)
    const chunk = ' '.repeat(0x4000)
    const chunked = await raw(
      server,
      `POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${`4000\r\n${chunk}\r\n`.repeat(5)}0\r\n\r\n`,
    )
    expect([announced.status, tooLarge.status, tooLarge.body.code]).toEqual([401, 413, 'payload_too_large'])
    expect(chunked).toMatch(/^HTTP\/1.1 413 /)
  })
})

describe('another site', () => {
  const input = { login: 'ada', password: 'correct horse' }

  it('cannot change anything', async () => {
    const server = await startNode()
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1',
      'http://127.0.0.1.evil.example',
      'nonsense',
    ]) {
      const { status, body, headers } = await login(server).set('Origin', origin).send(input)
      expect([origin, status, body.code]).toEqual([origin, 403, 'origin_not_allowed'])
      expect(headers).not.toHaveProperty('access-control-allow-origin')
    }
  })

  it('differs from the own page, and from a program without an origin', async () => {
    const server = await startNode()
    expect((await login(server).set('Origin', server.url).send(input)).body.code).toBe('invalid_credentials')
    expect((await login(server).send(input)).body.code).toBe('invalid_credentials')
  })

  it('can be allowed by the operator, and then can read answers', async () => {
    const server = await startNode({ allowedOrigins: ['https://intranet.example'] })
    const { body, headers } = await login(server).set('Origin', 'https://intranet.example').send(input)
    expect(body.code).toBe('invalid_credentials')
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://intranet.example',
      'access-control-allow-credentials': 'true',
      vary: expect.stringContaining('Origin'),
    })
    const preflight = await request(server.url)
      .options('/api/auth/login')
      .set('Origin', 'https://intranet.example')
      .set('Access-Control-Request-Method', 'POST')
    expect([preflight.status, preflight.headers['access-control-allow-headers']]).toEqual([
      204,
      'Content-Type, Authorization, Tus-Resumable, Upload-Offset, X-Parley-User, Idempotency-Key',
    ])
    const other = await request(server.url)
      .options('/api/auth/login')
      .set('Origin', 'https://evil.example')
      .set('Access-Control-Request-Method', 'POST')
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('is recognized by the host of the browser behind a trusted proxy, and only there', async () => {
    const [proxied, direct] = [await startNode({ trustProxy: 1 }), await startNode()]
    const codes = []
    for (const server of [proxied, direct]) {
      codes.push(
        (await login(server).set('Origin', 'https://chat.example').set('X-Forwarded-Host', 'chat.example').send(input))
          .body.code,
      )
    }
    expect(codes).toEqual(['invalid_credentials', 'origin_not_allowed'])
  })

  it('is told from the own page by the browser itself, where the browser says so', async () => {
    const server = await startNode()
    const codes = []
    for (const site of ['same-origin', 'same-site', 'cross-site', 'none']) {
      const sent = login(server).set({ Origin: 'https://chat.example', 'Sec-Fetch-Site': site })
      codes.push([site, (await sent.send(input)).body.code])
    }
    expect(codes).toEqual([
      ['same-origin', 'invalid_credentials'],
      ['same-site', 'origin_not_allowed'],
      ['cross-site', 'origin_not_allowed'],
      ['none', 'origin_not_allowed'],
    ])
  })

  it('is reached under the names of ALLOWED_HOSTS and by addresses, and under no other name', async () => {
    const allowed = ['chat.example']
    for (const host of ['chat.example', 'Chat.example:3000', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000'])
      expect([host, isHostAllowed(host, allowed)]).toEqual([host, true])
    for (const host of ['evil.example', 'chat.example.evil.example', '', undefined])
      expect([host, isHostAllowed(host, allowed)]).toEqual([host, false])
    expect(isHostAllowed('any.example', [])).toBe(true)
  })

  it('is treated the same for a socket', () => {
    expect(isAllowed(undefined, 'chat.example', [])).toBe(true)
    expect(isAllowed('https://chat.example', 'Chat.example', [])).toBe(true)
    expect(isAllowed('http://chat.example', 'chat.example:80', [])).toBe(true)
    expect(isAllowed('https://chat.example', 'chat.example:80', [])).toBe(false)
    expect(isAllowed('https://chat.example:8443', 'chat.example', [])).toBe(false)
    expect(isAllowed('https://evil.example', 'chat.example', [])).toBe(false)
    expect(isAllowed('https://evil.example', undefined, [])).toBe(false)
    expect(isAllowed('null', 'null', [])).toBe(false)
    expect(isAllowed('https://intranet.example', 'chat.example', ['https://intranet.example'])).toBe(true)
  })
})

describe('an address', () => {
  it('of the API that does not exist is a problem, not the page', async () => {
    const server = await startNode()
    const { status, body, headers } = await request(server.url).get('/api/nowhere').set('Accept', 'text/html')
    expect([status, body.code, headers['content-type']]).toEqual([
      404,
      'not_found',
      'application/problem+json; charset=utf-8',
    ])
  })

  it('with a wrong method lists the allowed methods', async () => {
    const server = await startNode()
    const { status, body, headers } = await request(server.url).get('/api/auth/login')
    expect([status, body.code, headers['allow']]).toEqual([405, 'method_not_allowed', 'POST'])
  })

  it('that is badly encoded is a fault of the client', async () => {
    const server = await startNode()
    const someone = await person(server, 'ada')
    for (const path of ['/api/users/%ff', '/api/chats/%', '/%c0%ae']) {
      const { status, body } = await someone.get(path)
      expect([path, status, body.code]).toEqual([path, 400, 'invalid_input'])
    }
  })
})
