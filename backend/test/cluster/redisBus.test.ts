import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Bus } from '../../src/cluster/cluster.bus.ts'
import { redisBus } from '../../src/cluster/redis.bus.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { REDIS_SERVER, startRedis } from './redisServer.ts'

async function node(url: string): Promise<{ bus: Bus; heard: unknown[]; gaps: () => number }> {
  const bus = await redisBus(url, 'bus', createLogger('silent'), createInstrumentation())
  onTestFinished(() => bus.close())
  const heard: unknown[] = []
  let gaps = 0
  bus.subscribe('deliver', ([, [word]]) => heard.push(word))
  bus.onGap(() => (gaps += 1))
  return { bus, heard, gaps: () => gaps }
}

const word = (said: unknown) => ['word', [said]] as const
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const patiently = { timeout: 15_000, interval: 20 }

describe.skipIf(REDIS_SERVER === undefined)('the bus of several nodes on Redis', { timeout: 60_000 }, () => {
  test('delivers each message once and in order to every other node, and not to its sender', async () => {
    const { url } = await startRedis()
    const [a, b, c] = [await node(url), await node(url), await node(url)]
    for (const number of upTo(3000)) {
      a.bus.publish('deliver', word(number))
      if (number % 100 === 0) await new Promise(setImmediate)
    }
    await vi.waitFor(() => expect([b.heard.length, c.heard.length]).toEqual([3000, 3000]), patiently)
    expect(b.heard).toEqual(upTo(3000))
    expect(c.heard).toEqual(upTo(3000))
    expect(a.heard).toEqual([])
    expect([a.gaps(), b.gaps(), c.gaps()]).toEqual([0, 0, 0])
  })

  test('continues after a listener has thrown', async () => {
    const { url } = await startRedis()
    const [a, b] = [await node(url), await node(url)]
    b.bus.subscribe('presence.beat', () => {
      throw new Error('no')
    })
    a.bus.publish('presence.beat', null)
    a.bus.publish('deliver', word('after'))
    await vi.waitFor(() => expect(b.heard).toEqual(['after']), patiently)
  })

  test('loses no message while Redis is stalled', async () => {
    const redis = await startRedis()
    const [a, b] = [await node(redis.url), await node(redis.url)]
    redis.freeze()
    for (const number of upTo(500)) a.bus.publish('deliver', word(number))
    redis.thaw()
    await vi.waitFor(() => expect(b.heard).toEqual(upTo(500)), patiently)
    expect([a.gaps(), b.gaps()]).toEqual([0, 0])
  })

  test('reports a gap on every node when Redis was killed and lost its data, and then delivers again', async () => {
    const redis = await startRedis()
    const [a, b] = [await node(redis.url), await node(redis.url)]
    await redis.kill()
    await vi.waitFor(() => expect(a.bus.isConnected()).toBe(false), patiently)
    await redis.start()
    await vi.waitFor(() => expect([a.gaps() > 0, b.gaps() > 0]).toEqual([true, true]), patiently)
    expect([a.bus.isConnected(), b.bus.isConnected()]).toEqual([true, true])
    a.bus.publish('deliver', word('again'))
    b.bus.publish('deliver', word('again'))
    await vi.waitFor(() => expect([a.heard.at(-1), b.heard.at(-1)]).toEqual(['again', 'again']), patiently)
  })

  test('reports a gap to the other nodes when messages could not be kept while Redis was down', async () => {
    const redis = await startRedis()
    const [a, b] = [await node(redis.url), await node(redis.url)]
    redis.freeze()
    for (const number of upTo(25_000)) a.bus.publish('deliver', word(number))
    redis.thaw()
    await vi.waitFor(() => expect(b.gaps()).toBeGreaterThan(0), patiently)
    expect(b.heard).toEqual(upTo(20_000))
  })

  test('rejects a wrong address at the start', async () => {
    const redis = await startRedis()
    await redis.kill()
    await expect(redisBus(redis.url, 'bus', createLogger('silent'), createInstrumentation())).rejects.toThrow(
      'ECONNREFUSED',
    )
  })
})
