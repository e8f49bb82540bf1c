import { expect, test } from 'vitest'
import { createHealth } from '../../src/lib/health.ts'
import { startServer } from '../helpers/startServer.ts'

const ask = async (url: string, path: string) => {
  const answer = await fetch(url + path)
  return { status: answer.status, body: (await answer.json()) as { status?: string }, headers: answer.headers }
}

test('/readyz shows without sign-in whether the node serves, and the state of each part', async () => {
  const { url } = await startServer()
  const { status, body, headers } = await ask(url, '/readyz')
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({
      status: 'ready',
      draining: false,
      parts: expect.objectContaining({ database: 'up', schema: 'up' }),
    }),
  ])
  expect(headers.get('cache-control')).toBe('no-store')
})

test('a part that is not needed makes the node degraded, a needed one unready, and draining overrides both', async () => {
  let at = 0
  const up = { database: true, redis: true }
  const health = createHealth(
    [
      { name: 'database', isNeeded: true, isUp: async () => up.database },
      { name: 'redis', isNeeded: false, isUp: () => up.redis },
    ],
    () => at,
  )
  const report = () => {
    at += 2000
    return health.report()
  }
  expect(await report()).toEqual({ status: 'ready', draining: false, parts: { database: 'up', redis: 'up' } })
  up.redis = false
  expect(await report()).toEqual({ status: 'degraded', draining: false, parts: { database: 'up', redis: 'down' } })
  up.database = false
  expect(await report()).toEqual({ status: 'unready', draining: false, parts: { database: 'down', redis: 'down' } })
  health.drain()
  expect(await report()).toMatchObject({ status: 'draining', draining: true })
})

test('a part is checked at most once a second, and never twice at the same time', async () => {
  let at = 0
  let looks = 0
  const answers: ((isUp: boolean) => void)[] = []
  const health = createHealth(
    [{ name: 'database', isNeeded: true, isUp: () => new Promise((resolve) => (looks = answers.push(resolve))) }],
    () => at,
  )
  const first = Promise.all(Array.from({ length: 100 }, () => health.report()))
  expect(looks).toBe(1)
  at += 1500
  // The part hangs. It counts as down after a while, and is not checked again meanwhile.
  const second = health.report()
  expect([...(await first), await second].map(({ status }) => status)).toEqual(Array(101).fill('unready'))
  expect(looks).toBe(1)
  answers[0]?.(true)
  await new Promise(setImmediate)
  at += 1500
  const third = health.report()
  await new Promise(setImmediate)
  answers[1]?.(true)
  expect((await third).status).toBe('ready')
  expect(looks).toBe(2)
})

test('a part that throws is down', async () => {
  const health = createHealth([
    { name: 'database', isNeeded: true, isUp: () => Promise.reject(new Error('away')) },
    {
      name: 'queue',
      isNeeded: false,
      isUp: () => {
        throw new Error('away')
      },
    },
  ])
  expect(await health.report()).toEqual({
    status: 'unready',
    draining: false,
    parts: { database: 'down', queue: 'down' },
  })
})

test('a draining node says so on /readyz, is alive on /healthz, and closes each connection after its next answer', async () => {
  const { url, app } = await startServer({ readyGraceSeconds: 0 })
  const before = await fetch(`${url}/api/auth/registration`)
  expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive'])
  await app.drain()
  const { status, body } = await ask(url, '/readyz')
  expect([status, body.status]).toEqual([503, 'draining'])
  expect((await ask(url, '/healthz')).status).toBe(200)
  const after = await fetch(`${url}/api/auth/registration`)
  expect([after.status, after.headers.get('connection')]).toEqual([200, 'close'])
})
