import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { freePort } from '../helpers/freePort.ts'
import { NGINX, settingsIn, startNginx } from '../helpers/nginx.ts'
import { configOf } from '../helpers/startServer.ts'

/** The lines that guides write into `location /`, and the name by which a browser opens the page, with its port. */
const GUIDES = {
  'a bare proxy_pass': ['', (port: number) => `chat.example.org:${port}`],
  'Host $host on another port than 80': ['proxy_set_header Host $host;', (port: number) => `chat.example.org:${port}`],
  'Host $proxy_host': ['proxy_set_header Host $proxy_host;', (port: number) => `chat.example.org:${port}`],
} as const
const REPAIRED = 'proxy_set_header Host $http_host;'
const PASSED_ON = 'proxy_set_header Host $host:$server_port;'

describe.skipIf(NGINX === undefined)('behind nginx as most guides write it', () => {
  it.each(Object.entries(GUIDES))(
    'with %s, a browser over HTTPS or on localhost signs in, and over plain HTTP the page and the log name the header to set',
    async (_name, [header, hostOf]) => {
      const { port, log } = await siteWith(header)
      const host = hostOf(port)
      const origin = `http://${host}`
      expect((await ask(port, { host }, '/api/auth/session')).status).toBe(200)
      const login = () => ask(port, { host, origin, 'sec-fetch-site': 'same-origin' }, '/api/auth/login')
      expect(await login()).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
      const polling = '/socket.io/?EIO=4&transport=polling'
      expect((await ask(port, { host, origin, 'sec-fetch-site': 'same-origin' }, polling)).status).toBe(200)
      expect(log()).toEqual([])

      for (let index = 0; index < 3; index += 1) {
        const refused = await ask(port, { host, origin }, '/api/auth/login')
        expect(refused).toMatchObject({ status: 403, body: { reason: 'origin_not_allowed', params: { origin } } })
        expect(refused.body.detail).toContain(REPAIRED)
      }
      expect((await ask(port, { host, origin }, polling)).status).toBe(403)
      expect(log()).toEqual([expect.stringContaining(REPAIRED)])
      expect(log()[0]).toContain(`a page of ${origin} was refused`)
    },
  )

  it('with the header that the log names, a browser over plain HTTP signs in', async () => {
    const { port, log } = await siteWith(REPAIRED)
    const host = `chat.example.org:${port}`
    const answer = await ask(port, { host, origin: `http://${host}` }, '/api/auth/login')
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
    expect(log()).toEqual([])
  })

  it('with the lines of the README, a browser over plain HTTP signs in and opens a WebSocket', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
    const lines = /```nginx\nlocation \/ \{\n\s*proxy_pass [^;]+;\n([^`]*)\}\n```/.exec(readme)?.[1] ?? ''
    const { port, log } = await siteWith(lines)
    const host = `chat.example.org:${port}`
    const origin = `http://${host}`
    expect(await ask(port, { host, origin }, '/api/auth/login')).toMatchObject({ status: 401 })
    expect(await upgradeStatus(port, { host, origin })).toBe(101)
    expect(log()).toEqual([])
  })

  it.each([
    ['http', ''],
    ['https', ':443'],
  ])('with Host $host:$server_port, a page of %s on its usual port is the own one', async (scheme, port) => {
    // nginx here cannot take port 80 or 443 on every machine, so the test sends what its variables would be there.
    const site = await siteWith(PASSED_ON.replace('$server_port', port === '' ? '80' : '443'))
    const answer = await ask(
      site.port,
      { host: 'chat.example.org', origin: `${scheme}://chat.example.org` },
      '/api/auth/login',
    )
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
    expect(site.log()).toEqual([])
  })
})

/** Starts Parley behind nginx with this line in its `location /`. */
async function siteWith(header: string): Promise<{ port: number; log: () => string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-guide-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const lines: string[] = []
  const logger = createLogger('warn', { write: (line: string) => void lines.push(line) })
  const app = await createApp({ ...configOf(join(directory, 'data')), trustProxy: 1 }, logger)
  onTestFinished(() => app.close())
  const [node, port] = [await app.listen(), await freePort()]
  const { main, http } = settingsIn(directory)
  await writeFile(
    join(directory, 'nginx.conf'),
    `${main}\nevents {}\nhttp { ${http} access_log off; server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${node}; ${header} } } }\n`,
  )
  onTestFinished(await startNginx(directory, `http://127.0.0.1:${port}/healthz`))
  const log = () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg).filter((msg) => msg.includes('Host'))
  return { port, log }
}

/** Asks for a WebSocket, and returns the status of the answer. */
function upgradeStatus(port: number, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      path: '/socket.io/?EIO=4&transport=websocket',
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    })
    sent.once('upgrade', (answer, socket) => {
      socket.destroy()
      resolve(answer.statusCode)
    })
    sent.once('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.once('error', reject)
    sent.end()
  })
}

interface Answer {
  status: number | undefined
  body: { code?: string; reason?: string; detail?: string; params?: object }
}

/** Asks as a browser does: a login for `/login`, else a GET. */
function ask(port: number, headers: Record<string, string>, path: string): Promise<Answer> {
  const method = path.endsWith('/login') ? 'POST' : 'GET'
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        answer.once('end', () =>
          resolve({
            status: answer.statusCode,
            body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {},
          }),
        )
      },
    )
    sent.once('error', reject)
    sent.end(method === 'POST' ? JSON.stringify({ login: 'ada', password: 'wrong horse' }) : undefined)
  })
}
