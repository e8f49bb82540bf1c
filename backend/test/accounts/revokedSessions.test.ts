import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSessionCookies } from '../../src/lib/auth/cookies.ts'
import { expect, onTestFinished, test } from 'vitest'
import type { ConversationId } from '../../src/contract/index.ts'
import type { Authenticated } from '../../src/lib/auth/access.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { createUserGate } from '../../src/lib/limits/userGate.ts'
import { memoryRateLimits } from '../../src/lib/rateLimit.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createRevokedSessions } from '../../src/socket/revokedSession.registry.ts'
import { createConnections, createSocketServer } from '../../src/socket/index.ts'
import { checkSessions } from '../../src/socket/session.expiry.ts'
import { client, next } from '../helpers/people.ts'

const ADA = {
  userId: 'a'.repeat(24),
  role: 'member',
  sessionId: '1'.repeat(24),
  expiresAt: new Date(Date.now() + 3600_000),
} as const
const LATER = { ...ADA, sessionId: '2'.repeat(24) }

test.each([
  [
    'the person is disabled',
    ({ endSessionsOfUser: endSessionsOf }: Ends) => endSessionsOf(ADA.userId, 'revoked'),
    'revoked',
  ],
  ['the session is signed out', ({ endSession }: Ends) => endSession(ADA.sessionId, 'logged_out'), 'logged_out'],
] as const)(
  '[SES1] a connection that comes up while %s is closed, and one after that is let in',
  async (_when, end, reason) => {
    const { connections, url, handshake } = await gate()
    const socket = client({ url }, 'token')
    const ended = next(socket, 'sessionEnded')
    const closed = new Promise((resolve) => socket.once('disconnect', resolve))
    socket.connect()
    const first = await handshake()
    end(connections.delivery)
    first.letIn(ADA)
    expect(await ended).toBe(reason)
    await closed
    expect(connections.counts()).toEqual({ users: 0, connections: 0 })

    const again = client({ url }, 'token')
    const hello = next(again, 'hello')
    again.connect()
    const second = await handshake()
    second.letIn(LATER)
    expect(await hello).toMatchObject({ pageVersion: null })
    expect(connections.counts()).toEqual({ users: 1, connections: 1 })
  },
)

test('a revoked session is forgotten after a minute', () => {
  let time = 0
  const revoked = createRevokedSessions(() => time)
  revoked.add(ADA.userId, 'revoked')
  time = 30_000
  revoked.add(LATER.sessionId, 'logged_out')
  expect([revoked.since(0, ADA), revoked.since(10_000, ADA), revoked.since(30_000, LATER)]).toEqual([
    'revoked',
    null,
    'logged_out',
  ])
  time = 61_000
  revoked.add('f'.repeat(24), 'expired')
  expect([revoked.since(0, ADA), revoked.since(0, { ...LATER, userId: 'b'.repeat(24) })]).toEqual([null, 'logged_out'])
})

test.each([
  [true, [['c', 'expired']]],
  [
    false,
    [
      ['b', 'revoked'],
      ['c', 'expired'],
    ],
  ],
] as const)(
  'alone (%s) or not, a node finds sessions that are over, and on several also those that another has ended',
  async (isAlone, closed) => {
    const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 1000)]
    const sockets = new Map([
      connection('a', future),
      connection('b', future),
      connection('c', past),
      connection('d', past),
    ])
    const alive = async (sessionId: string) =>
      sessionId === 'a' || sessionId === 'd' ? ({ role: 'member', expiresAt: future } as const) : null
    const ended: unknown[] = []
    await checkSessions({ sockets } as never, alive, { endSession: (...what) => void ended.push(what) }, isAlone)
    expect(ended).toEqual(closed)
    expect(sockets.get('d')?.data.sessionExpiresAt).toBe(future)
  },
)

const connection = (sessionId: string, sessionExpiresAt: Date) =>
  [sessionId, { data: { actor: { ...ADA, sessionId }, sessionExpiresAt } }] as const

type Ends = Awaited<ReturnType<typeof gate>>['connections']['delivery']

/** A socket server whose handshakes wait, between the look at the session and being let in, until the test says so. */
async function gate() {
  const http = createServer()
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
  const waiting: { letIn: (as: Authenticated) => void }[] = []
  const arrived: (() => void)[] = []
  const server = createSocketServer(connections, {
    gate: createUserGate(COST_LIMITS),
    logger: createLogger('silent'),
    instrumentation,
    bus: undefined,
    isShared: false,
    events: [],
    cookies: createSessionCookies('0a'),
    authenticate: () =>
      new Promise((resolve) => {
        waiting.push({ letIn: resolve })
        arrived.shift()?.()
      }),
    findSession: async () => null,
    createRateLimit: memoryRateLimits(instrumentation),
    groupsOf: async (): Promise<ConversationId[]> => [],
    rememberSeen: async () => {},
    onRemoteMessage: () => {},
    maintenance: () => null,
    hello: { pageVersion: null, accessSeconds: 900 },
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => server.close())
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  async function handshake() {
    if (waiting.length === 0) await new Promise<void>((resolve) => arrived.push(resolve))
    const found = waiting.shift()
    if (!found) throw new Error('No connection came')
    return found
  }
  return { connections, url: `http://127.0.0.1:${address.port}`, handshake }
}
