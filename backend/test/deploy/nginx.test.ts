import { once } from 'node:events'
import { createServer, type IncomingMessage, request as ask, type Server } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { io } from 'socket.io-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startNode } from '../helpers/startServer.ts'
import { NGINX } from '../helpers/nginx.ts'
import { complaintsAbout, prepareSite, startSite, type Site } from './nginxSite.ts'

const SITES = ['site.conf', 'cluster.conf', 'cluster-tls.conf']

describe.skipIf(NGINX === undefined)('the configuration of nginx', () => {
  it.each(SITES)('is valid with %s', async (site) => {
    expect(await complaintsAbout(await prepareSite(site, { nodes: [1, 2] }))).toBe('')
  })

  it('is refused when it is broken', async () => {
    expect(
      await complaintsAbout(
        await prepareSite('cluster.conf', { nodes: [1, 2] }, (text) =>
          text.replace('limit_conn_status', 'limit_con_status'),
        ),
      ),
    ).toContain('unknown directive "limit_con_status"')
  })
})

describe.skipIf(NGINX === undefined)('behind nginx with TLS', () => {
  it('plain HTTP redirects to HTTPS, which has HTTP/2 and one HSTS header', async () => {
    const node = await startNode({ trustProxy: 1 })
    const site = await startSite(await prepareSite('site.conf', { nodes: [portIn(node)] }))
    const { status, headers } = await fetch(`http://127.0.0.1:${site.http}/c/1?x=2`, { redirect: 'manual' })
    expect([status, headers.get('location')]).toEqual([301, 'https://127.0.0.1/c/1?x=2'])

    const answer = await overHttp2(site, { ':path': '/api/auth/me' })
    expect(answer.protocol).toBe('h2')
    expect(answer.headers).toMatchObject({ ':status': 401, 'strict-transport-security': 'max-age=31536000' })
  })

  it('a browser signs up with Secure cookies, and opens a WebSocket with them', async () => {
    const node = await startNode({ trustProxy: 1 })
    const site = await startSite(await prepareSite('cluster-tls.conf', { nodes: [portIn(node)] }))
    const ada = { username: 'ada', fullName: 'Ada', email: 'ada@example.org', password: 'correct horse' }
    const origin = 'https://chat.example.org'
    const headers = { ':path': '/api/auth/signup', ':method': 'POST', 'content-type': 'application/json', origin }
    const { headers: answer } = await overHttp2(site, headers, JSON.stringify(ada))
    expect(answer[':status']).toBe(201)
    const cookies = answer['set-cookie'] ?? []
    const [access = '', refresh = ''] = cookies.filter((cookie) =>
      /^(__(Host|Secure)-)?parley_(access|refresh)_/.test(cookie),
    )
    expect([access, refresh]).toEqual([expect.stringContaining('; Secure'), expect.stringContaining('; Secure')])

    const socket = io(`https://127.0.0.1:${site.https}`, {
      transports: ['websocket'],
      rejectUnauthorized: false,
      extraHeaders: { cookie: access.split(';')[0] ?? '', host: 'chat.example.org', origin },
    })
    onTestFinished(() => void socket.close())
    await new Promise<void>((resolve, reject) => {
      socket.once('hello', () => resolve())
      socket.once('connect_error', reject)
    })
  })

  it('metrics are closed to the internet, whatever the token', async () => {
    const token = 'x'.repeat(40)
    const node = await startNode({ trustProxy: 1, metricsToken: token })
    const site = await startSite(await prepareSite('cluster-tls.conf', { nodes: [portIn(node)] }))
    const authorization = `Bearer ${token}`
    expect((await fetch(`${node.url}/metrics`, { headers: { authorization } })).status).toBe(200)
    for (const path of ['/metrics', '/metrics/', '/%6detrics', '//metrics'])
      expect((await overHttp2(site, { ':path': path, authorization })).headers[':status']).toBe(404)
  })
})

describe.skipIf(NGINX === undefined)('nginx before two nodes', () => {
  it('keeps a browser at one node by a cookie, spreads browsers, and continues when a node is gone', async () => {
    const nodes = [await answering('one'), await answering('two')]
    const site = await startSite(await prepareSite('cluster.conf', { nodes: nodes.map(portOf) }))
    const polls = async (cookie: string) =>
      (await fetch(`http://127.0.0.1:${site.http}/socket.io/`, { headers: { cookie } })).text()

    const browsers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const answer = await fetch(`http://127.0.0.1:${site.http}/socket.io/`)
        return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', node: await answer.text() }
      }),
    )
    expect(new Set(browsers.map(({ node }) => node))).toEqual(new Set(['one', 'two']))
    for (const { cookie, node } of browsers) expect([await polls(cookie), await polls(cookie)]).toEqual([node, node])

    nodes[0]?.closeAllConnections()
    nodes[0]?.close()
    expect(await Promise.all(browsers.map(({ cookie }) => polls(cookie)))).toEqual(browsers.map(() => 'two'))
  })

  it('accepts a thousand users from one address at the same time', async () => {
    const node = await answering('here')
    const site = await startSite(await prepareSite('cluster.conf', { nodes: [portOf(node)] }))
    const statuses = new Set<number>()
    for (let wave = 0; wave < 20; wave += 1) {
      for (const { status } of await Promise.all(
        Array.from({ length: 200 }, () => fetch(`http://127.0.0.1:${site.http}/api/chats`)),
      ))
        statuses.add(status)
    }
    expect(statuses).toEqual(new Set([200]))
  })

  it('passes requests on unchanged, with and without a slash at the end', async () => {
    const asked: string[] = []
    const node = await answering('node', ({ method, url }) => void asked.push(`${method} ${url}`))
    const site = await startSite(await prepareSite('cluster.conf', { nodes: [portOf(node)] }))
    const paths = [
      '/api/uploads',
      '/api/uploads/1',
      '/api/media/1/original',
      '/api/auth/me',
      '/socket.io/',
      '/c/%C3%A4?x=1',
    ]
    asked.length = 0
    for (const path of paths) await fetch(`http://127.0.0.1:${site.http}${path}`, { method: 'POST' })
    expect(asked).toEqual(paths.map((path) => `POST ${path}`))
  })

  it('passes requests to the bucket under its own name, unchanged, because signatures cover it', async () => {
    const hosts: (string | undefined)[] = []
    const bucket = await answering('bucket', ({ headers }) => void hosts.push(headers.host))
    const site = await startSite(
      await prepareSite('cluster.conf', { nodes: [portOf(await answering('node'))], bucket: portOf(bucket) }),
    )
    expect([await named(site, 'media.localhost:8080'), await named(site, 'chat.localhost:8080')]).toEqual([
      'bucket',
      'node',
    ])
    expect(hosts).toEqual(['media.localhost:8080'])
  })
})

/** Starts a node that answers with its name. */
async function answering(name: string, heard: (request: IncomingMessage) => void = () => {}): Promise<Server> {
  const server = createServer((request, response) => {
    heard(request)
    response.end(name)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

const portIn = ({ url }: { url: string }): number => Number(new URL(url).port)
const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** `fetch` sets the Host header itself. */
function named({ http }: Site, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    ask({ port: http, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => (text += chunk))
        .on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
}

async function overHttp2({ https }: Site, headers: Record<string, string>, body?: string) {
  const session = connect(`https://127.0.0.1:${https}`, { rejectUnauthorized: false })
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':authority': 'chat.example.org', ...headers })
  stream.end(body)
  const [answer] = (await once(stream, 'response')) as [Record<string, string | number> & { 'set-cookie'?: string[] }]
  const { alpnProtocol } = session
  return { headers: answer, protocol: alpnProtocol }
}
