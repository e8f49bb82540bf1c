import { afterEach, expect, it, vi } from 'vitest'
import { addressKey, memoryRateLimits } from '../../src/lib/rateLimit.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'

const createRateLimit = memoryRateLimits(createInstrumentation())

afterEach(() => {
  vi.useRealTimers()
})

it('refuses an attempt over the limit and says how long to wait', async () => {
  const limit = createRateLimit({ name: 'searches', points: 2, seconds: 60 })
  await limit.take('a')
  await limit.take('a')
  await expect(limit.take('a')).rejects.toMatchObject({
    code: 'rate_limited',
    status: 429,
    params: { name: 'searches', retryAfter: 60 },
    message: 'Too many searches. Try again in 60 seconds.',
  })
  await limit.take('b')
})

it('passes attempts again when the time is over, however often it was asked meanwhile', async () => {
  vi.useFakeTimers()
  const limit = createRateLimit({ name: 'searches', points: 1, seconds: 60 })
  await limit.take('a')
  vi.advanceTimersByTime(59_000)
  await expect(limit.take('a')).rejects.toMatchObject({ params: { retryAfter: 1 } })
  vi.advanceTimersByTime(1000)
  await limit.take('a')
})

it('[E8] keeps its length when the clock of the server is set back or forward by an hour', async () => {
  vi.useFakeTimers()
  const limit = createRateLimit({ name: 'failed_logins', points: 1, seconds: 900 })
  await limit.take('a')
  vi.advanceTimersByTime(60_000)
  for (const hours of [-1, 2]) {
    vi.setSystemTime(Date.now() + hours * 3_600_000)
    await expect(limit.take('a')).rejects.toMatchObject({ params: { retryAfter: 840 } })
  }
  vi.advanceTimersByTime(840_000)
  await limit.take('a')
})

it('forgets a key on reset', async () => {
  const limit = createRateLimit({ name: 'searches', points: 1, seconds: 60 })
  await limit.take('a')
  await limit.reset('a')
  await expect(limit.take('a')).resolves.toBeUndefined()
})

it('can be asked without counting', async () => {
  const limit = createRateLimit({ name: 'searches', points: 1, seconds: 60 })
  for (let i = 0; i < 5; i += 1) await limit.take('a', 0)
  await limit.take('a')
  await limit.take('a', 0)
  await expect(limit.take('a')).rejects.toMatchObject({ code: 'rate_limited' })
  await expect(limit.take('a', 0)).rejects.toMatchObject({ code: 'rate_limited' })
})

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, ''],
])('counts the address %s under %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key)
})
