import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import express from 'express'
import { pino } from 'pino'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { errorHandler } from '../../src/http/middleware/error.middleware.ts'
import { notFound } from '../../src/http/middleware/notFound.middleware.ts'
import { page } from '../../src/http/middleware/page.middleware.ts'
import { requestLog } from '../../src/http/middleware/requestLog.middleware.ts'

/** Starts an HTTP server with the page and a few endpoints that fail in different ways. */
async function house({ built = true, dist: earlier = '' } = {}) {
  const dist = earlier || (await mkdtemp(join(tmpdir(), 'parley-page-')))
  onTestFinished(() => rm(dist, { recursive: true, force: true }))
  if (built && !earlier) {
    await mkdir(join(dist, 'assets'))
    await writeFile(join(dist, 'index.html'), `<!doctype html><title>Parley</title>${'<p>'.repeat(1000)}`)
    await writeFile(join(dist, 'theme.js'), 'theme()')
    await writeFile(join(dist, '.secret'), 'secret')
    await writeFile(join(dist, 'assets', 'index-a1b2c3d4.js'), 'script()\n'.repeat(1000))
  }
  const lines: string[] = []
  const log = pino(new Writable({ write: (line: Buffer, _, done) => (lines.push(line.toString()), done()) }))
  const app = express()
  app.use(requestLog(log, false))
  app.get('/api/fails', () => {
    throw new Error('the database said hunter2')
  })
  app.get('/api/fails-oddly', () => Promise.reject('hunter2'))
  app.get('/api/fails-halfway', (_req, res) => {
    res.write('half')
    throw new Error('hunter2')
  })
  app.get('/api/works', (_req, res) => void res.json({}))
  app.use('/api', notFound)
  app.use(page(dist))
  app.use(notFound, errorHandler)
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  return { client: request(server), dist, log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

const html = 'text/html,application/xhtml+xml,*/*;q=0.8'

describe('the page', () => {
  it.each(['/', '/c/0123456789abcdef01234567', '/admin', '/index.html', '/name.with.dots'])(
    'is the compressed answer at %s, and is revalidated each time',
    async (path) => {
      const { client } = await house()
      const { status, text, headers } = await client.get(path).set('Accept', html)
      expect([status, text.slice(0, 15), headers['content-type']]).toEqual([
        200,
        '<!doctype html>',
        'text/html; charset=utf-8',
      ])
      expect([headers['cache-control'], headers['content-encoding']]).toEqual(['no-cache', 'gzip'])
      const again = await client.get(path).set({ Accept: html, 'If-None-Match': headers['etag'] ?? '' })
      expect(again.status).toBe(304)
    },
  )

  it('is cached for a year when the name has a hash, and revalidated when it has none', async () => {
    const { client } = await house()
    const hashed = await client.get('/assets/index-a1b2c3d4.js')
    expect([hashed.headers['cache-control'], hashed.headers['content-encoding']]).toEqual([
      'public, max-age=31536000, immutable',
      'gzip',
    ])
    expect(hashed.headers['content-type']).toMatch(/^text\/javascript/)
    expect((await client.get('/theme.js')).headers['cache-control']).toBe('no-cache')
  })

  it('is sent as the build compressed it, in the smallest form that the browser accepts', async () => {
    const { client, dist } = await house()
    const file = join(dist, 'assets', 'index-a1b2c3d4.js')
    await writeFile(`${file}.br`, brotliCompressSync('by the build'))
    await writeFile(`${file}.gz`, gzipSync('by the build'))
    const { client: browser } = await house({ dist })
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ]) {
      const { headers } = await browser.get('/assets/index-a1b2c3d4.js').set('Accept-Encoding', accepted ?? '')
      expect([headers['content-encoding'], headers['vary']]).toEqual([encoding, 'Accept-Encoding'])
      expect(headers['content-type']).toMatch(/^text\/javascript/)
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    }
    expect((await client.get('/assets/index-a1b2c3d4.js').set('Accept-Encoding', 'gzip')).text).toContain('script()')

    await Promise.all([file, `${file}.br`, `${file}.gz`].map((path) => rm(path)))
    const { status, body, headers } = await browser.get('/assets/index-a1b2c3d4.js').set('Accept-Encoding', 'br')
    expect([status, body.code, headers['content-encoding']]).toEqual([404, 'not_found', undefined])
  })

  it('is not the answer for missing files', async () => {
    const { client } = await house()
    const statuses = []
    for (const [path, accept] of [
      ['/assets/gone.js', '*/*'],
      ['/gone.png', 'image/*,*/*;q=0.8'],
      ['/gone', 'application/json'],
      ['/.secret', '*/*'],
      ['/..%2f..%2fetc%2fpasswd.txt', '*/*'],
    ] as const) {
      statuses.push((await client.get(path).set('Accept', accept)).status)
    }
    expect(statuses).toEqual([404, 404, 404, 404, expect.toSatisfy((status) => status === 403 || status === 404)])
  })

  it('is not the answer for the API, for sockets, or for methods other than reading', async () => {
    const { client } = await house()
    const answers = await Promise.all([
      client.get('/api/x').set('Accept', html),
      client.get('/socket.io/x').set('Accept', html),
      client.post('/').set('Accept', html),
    ])
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(3).fill('404 not_found'))
    expect((await client.head('/').set('Accept', html)).status).toBe(200)
  })

  it('explains how to build it when it was not built', async () => {
    const { client } = await house({ built: false })
    const { status, text, headers } = await client.get('/').set('Accept', html)
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      503,
      'text/plain; charset=utf-8',
      'no-store',
    ])
    expect(text).toContain('npm run build')
  })
})

describe('an unexpected error', () => {
  it.each(['/api/fails', '/api/fails-oddly'])(
    'at %s is only in the log, under the request id that the client gets',
    async (path) => {
      const { client, log } = await house()
      const { status, body, text, headers } = await client.get(path)
      expect([status, body.code, body.type, headers['content-type']]).toEqual([
        500,
        'internal',
        '/problems/internal',
        'application/problem+json; charset=utf-8',
      ])
      expect(text).not.toContain('hunter2')
      const line = log().at(-1)
      expect(line).toMatchObject({ level: 50, requestId: body.requestId, req: { method: 'GET', path } })
      expect(JSON.stringify(line)).toContain('hunter2')
    },
  )

  it('in the middle of an answer cuts the connection, so that no client takes a half for the whole', async () => {
    const { client } = await house()
    await expect(client.get('/api/fails-halfway')).rejects.toThrow(/aborted|socket hang up|ECONNRESET/)
  })
})

it('the log has a line for each request of the API, without tokens and queries, and none for files', async () => {
  const { client, log } = await house()
  await client.get('/api/works?search=grace').set({ Authorization: 'Bearer s3cret', Cookie: 'parley_access=s3cret' })
  await client.get('/theme.js')
  expect(log()).toEqual([
    expect.objectContaining({
      level: 30,
      req: expect.objectContaining({ method: 'GET', path: '/api/works' }),
      res: { statusCode: 200 },
    }),
  ])
  expect(JSON.stringify(log())).not.toMatch(/s3cret|grace/)
})
