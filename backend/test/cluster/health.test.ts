import { randomBytes } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { startProcess } from '../helpers/serverProcess.ts'
import { REDIS_SERVER, startRedis } from './redisServer.ts'

const MONGO_DB_URI = process.env['MONGO_DB_URI']
const METRICS_TOKEN = 'for-tests-only-thirty-two-characters'
const patiently = { timeout: 30_000, interval: 50 }

describe.skipIf(REDIS_SERVER === undefined || MONGO_DB_URI === undefined)('a node of several', () => {
  test('serves without Redis as degraded, and is ready again when Redis is back', { timeout: 90_000 }, async () => {
    const redis = await startRedis()
    const database = new URL(MONGO_DB_URI ?? '')
    database.pathname = `/health${randomBytes(4).toString('hex')}`
    const { port, stop } = await startProcess({
      MONGO_DB_URI: database.href,
      REDIS_URL: redis.url,
      METRICS_TOKEN,
      READY_GRACE_SECONDS: '0',
      SHUTDOWN_SECONDS: '10',
    })
    const url = `http://127.0.0.1:${port}`
    const ready = async () => {
      const answer = await fetch(`${url}/readyz`)
      const { status, parts } = (await answer.json()) as { status: string; parts: Record<string, string> }
      return [answer.status, status, parts['redis'], parts['database']]
    }
    const metrics = async () =>
      (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text()
    await vi.waitFor(async () => expect(await ready()).toEqual([200, 'ready', 'up', 'up']), patiently)
    expect(await metrics()).toMatch(/^parley_bus_connected 1$/m)
    await redis.kill()
    await vi.waitFor(async () => expect(await ready()).toEqual([200, 'degraded', 'down', 'up']), patiently)
    expect(await metrics()).toMatch(/^parley_bus_connected 0$/m)
    expect(await metrics()).toMatch(/^parley_part_up\{part="redis"\} 0$/m)
    await redis.start()
    await vi.waitFor(async () => expect(await ready()).toEqual([200, 'ready', 'up', 'up']), patiently)
    await vi.waitFor(async () => expect(await metrics()).toMatch(/^parley_bus_gaps_total [1-9]/m), patiently)
    expect((await stop()).code).toBe(0)
  })
})
