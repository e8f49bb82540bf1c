import { once } from 'node:events'
import { createServer } from 'node:http'
import { request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessionCookies } from '../../src/lib/auth/cookies.ts'
import { expect, onTestFinished, test } from 'vitest'
import type { Authenticated } from '../../src/lib/auth/access.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { createUserGate } from '../../src/lib/limits/userGate.ts'
import { memoryRateLimits } from '../../src/lib/rateLimit.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createConnections, createSocketServer } from '../../src/socket/index.ts'
import { client, connect, emit, newId } from '../helpers/people.ts'

/** The sockets of a node, which stores a message when the test says so. */
async function node() {
  const http = createServer((_req, res) => void res.end('page'))
  const instrumentation = createInstrumentation()
  const connections = createConnections({
    http,
    config: { allowedOrigins: [], trustProxy: 0, costLimits: COST_LIMITS },
    isPageAllowed: () => true,
    logger: createLogger('silent'),
    instrumentation,
    bus: undefined,
    rememberSeen: async () => {},
    repairAfterLoss: async () => {},
  })
  const sends: (() => void)[] = []
  const sendMessage = () => new Promise<never>((resolve) => void sends.push(() => resolve('kept' as never)))
  const ada: Authenticated = {
    userId: 'f'.repeat(24),
    role: 'member',
    sessionId: 'e'.repeat(24),
    expiresAt: new Date(Date.now() + 3_600_000),
  }
  const server = createSocketServer(connections, {
    gate: createUserGate(COST_LIMITS),
    logger: createLogger('silent'),
    instrumentation,
    bus: undefined,
    isShared: false,
    events: [{ requests: { sendMessage } }],
    cookies: createSessionCookies('0a'),
    authenticate: async () => ada,
    findSession: async () => null,
    createRateLimit: memoryRateLimits(instrumentation),
    groupsOf: async () => [],
    rememberSeen: async () => {},
    hello: { pageVersion: null, accessSeconds: 900 },
    maintenance: () => null,
    onRemoteMessage: () => {},
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => server.close())
  return { server, connections, sends, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }
}

async function upgradeStatus(url: string): Promise<number | undefined> {
  const req = ask(`${url}/socket.io/?EIO=4&transport=websocket`, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  }).end()
  return new Promise((resolve, reject) => {
    req
      .on('response', ({ statusCode }) => resolve(statusCode))
      .on('upgrade', () => resolve(101))
      .on('error', reject)
  })
}

test('a draining node answers new connections with 503 on both transports, and serves open connections and the page', async () => {
  const { server, sends, url } = await node()
  const here = await connect({ url }, 'token')
  const polling = client({ url }, 'token')
  polling.io.opts.transports = ['polling']
  const polls = once(polling as never, 'connect')
  polling.connect()
  await polls
  server.refuse()
  expect(await upgradeStatus(url)).toBe(503)
  const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await (await fetch(url)).text()).toBe('page')
  for (const socket of [here, polling]) {
    const kept = emit(socket, 'sendMessage', { clientMessageId: newId() })
    await expect.poll(() => sends.length).toBe(1)
    sends.pop()?.()
    expect(await kept).toEqual({ ok: true, data: 'kept' })
  }
})

test('a drained connection is announced first, gets its answers, and closes so that its client connects again', async () => {
  const { server, connections, sends, url } = await node()
  const socket = await connect({ url }, 'token')
  const news: unknown[] = []
  socket.on('serverStopping', (stopping) => news.push(stopping))
  const ended = new Promise<string>((resolve) => socket.on('disconnect', resolve))
  void ended.then(() => news.push('closed'))
  const kept = emit(socket, 'sendMessage', { clientMessageId: newId() }).then((answer) => news.push(answer))
  await expect.poll(() => sends.length).toBe(1)
  const left = server.drain(0)
  await expect.poll(() => news.length).toBe(1)
  sends.pop()?.()
  await kept
  expect(await ended).toBe('transport close')
  await left
  expect(news).toEqual([{ elsewhere: true }, { ok: true, data: 'kept' }, 'closed'])
  expect(connections.counts().connections).toBe(0)
})

test('an unanswered request delays the shutdown by seconds only', async () => {
  const { server, sends, url } = await node()
  const socket = await connect({ url }, 'token')
  void emit(socket, 'sendMessage', { clientMessageId: newId() })
  await expect.poll(() => sends.length).toBe(1)
  const begun = performance.now()
  await server.drain(0)
  await server.close()
  expect(performance.now() - begun).toBeLessThan(8000)
})
