import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { ConversationId } from '../../src/contract/index.ts'
import type { Authenticated } from '../../src/lib/access.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createEndings } from '../../src/socket/revokedSession.registry.ts'
import { createSocketServer } from '../../src/socket/index.ts'
import { lookAtSessions } from '../../src/socket/session.expiry.ts'
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
  'a connection that comes up while %s is closed, and one after that is let in',
  async (_when, end, reason) => {
    const { server, url, handshake } = await gate()
    const socket = client({ url }, 'token')
    const ended = next(socket, 'sessionEnded')
    const closed = new Promise((resolve) => socket.once('disconnect', resolve))
    socket.connect()
    const first = await handshake()
    end(server.delivery)
    first.letIn(ADA)
    expect(await ended).toBe(reason)
    await closed
    expect(server.counts()).toEqual({ people: 0, connections: 0 })

    const again = client({ url }, 'token')
    const hello = next(again, 'hello')
    again.connect()
    const second = await handshake()
    second.letIn(LATER)
    expect(await hello).toMatchObject({ pageVersion: null })
    expect(server.counts()).toEqual({ people: 1, connections: 1 })
  },
)

test('what ended is forgotten after a minute', () => {
  let time = 0
  const endings = createEndings(() => time)
  endings.note(ADA.userId, 'revoked')
  time = 30_000
  endings.note(LATER.sessionId, 'logged_out')
  expect([endings.since(0, ADA), endings.since(10_000, ADA), endings.since(30_000, LATER)]).toEqual([
    'revoked',
    null,
    'logged_out',
  ])
  time = 61_000
  endings.note('f'.repeat(24), 'expired')
  expect([endings.since(0, ADA), endings.since(0, { ...LATER, userId: 'b'.repeat(24) })]).toEqual([null, 'logged_out'])
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
    const alive = async (sessionId: string) => (sessionId === 'a' || sessionId === 'd' ? { expiresAt: future } : null)
    const ended: unknown[] = []
    await lookAtSessions({ sockets } as never, alive, { endSession: (...what) => void ended.push(what) }, isAlone)
    expect(ended).toEqual(closed)
    expect(sockets.get('d')?.data.sessionExpiresAt).toBe(future)
  },
)

const connection = (sessionId: string, sessionExpiresAt: Date) =>
  [sessionId, { data: { actor: { ...ADA, sessionId }, sessionExpiresAt } }] as const

type Ends = Awaited<ReturnType<typeof gate>>['server']['delivery']

/** A socket server whose handshakes wait, between the look at the session and being let in, until the test says so. */
async function gate() {
  const http = createServer()
  const server = createSocketServer(
    http,
    { allowedOrigins: [], trustProxy: 0, isShared: false },
    () => true,
    createLogger('silent'),
    createInstrumentation(),
  )
  const waiting: { letIn: (as: Authenticated) => void }[] = []
  const arrived: (() => void)[] = []
  const unused = new Proxy({}, { get: () => async () => {} })
  server.accept({
    actions: { messages: unused, changes: unused, receipts: unused, sync: unused, typing: async () => {} } as never,
    authenticate: () =>
      new Promise((resolve) => {
        waiting.push({ letIn: resolve })
        arrived.shift()?.()
      }),
    findSession: async () => null,
    groupsOf: async (): Promise<ConversationId[]> => [],
    seen: async () => {},
    heard: () => {},
    mend: async () => {},
    maintenance: () => null,
    hello: { pageVersion: null },
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => server.close())
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  async function handshake() {
    if (waiting.length === 0) await new Promise<void>((resolve) => arrived.push(resolve))
    const found = waiting.shift()
    if (!found) throw new Error('Nobody came')
    return found
  }
  return { server, url: `http://127.0.0.1:${address.port}`, handshake }
}
