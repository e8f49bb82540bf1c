import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDistributedLock } from '../../src/cluster/distributedLock.service.ts'
import { createJobRepository } from '../../src/jobs/job.repository.ts'
import { orderClock } from '../../src/lib/clock.ts'
import { beginOrder, orderNow, orderOf, orderedId } from '../../src/lib/orderClock.ts'
import { createModels } from '../../src/models/index.ts'
import { emptyStore } from '../helpers/openStore.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-30T18:00:00.000Z')

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  vi.setSystemTime(NOW)
  beginOrder(NOW, NOW, () => {})
})
afterEach(() => {
  vi.useRealTimers()
})

test('[E8] the clock of order never goes back, and agrees with the clock of the server again after a while', () => {
  const ids = [orderedId()]
  vi.setSystemTime(NOW - HOUR)
  expect(orderNow()).toBe(NOW)
  vi.advanceTimersByTime(2000)
  ids.push(orderedId())
  expect(orderNow()).toBe(NOW + 1000)
  // A message of now stands after those of before.
  expect(orderOf(new Date()).getTime()).toBe(NOW + 1000)
  expect(ids.map(String)).toEqual(ids.map(String).toSorted())
  vi.advanceTimersByTime(3 * HOUR)
  expect(orderNow()).toBe(Date.now())
  expect(orderOf(new Date(NOW))).toEqual(new Date(NOW))
  vi.setSystemTime(Date.now() + HOUR)
  expect(orderNow()).toBe(Date.now())
})

test('[E8] the clock of order is stored at once when it has moved far, so that a killed process does not begin earlier', () => {
  const stored: number[] = []
  beginOrder(NOW, NOW, () => void stored.push(orderNow()))
  vi.setSystemTime(NOW + 10_000)
  orderNow()
  expect(stored).toEqual([])
  vi.setSystemTime(NOW + HOUR)
  orderNow()
  orderNow()
  expect(stored).toEqual([NOW + HOUR])
})

test('[E8] a job whose process was killed comes again within twice its lease, and a new one at once, when the clock is set back', async () => {
  const { Job } = await createModels(await emptyStore())
  const jobs = createJobRepository(Job, { clock: orderClock, leaseMs: 20_000, dispatchedMs: 60_000 })
  await jobs.add({ kind: 'note', payload: {}, id: 'a' })
  expect(await jobs.claim(['note'])).not.toBeNull()
  await jobs.add({ kind: 'note', payload: {}, id: 'b' })
  vi.setSystemTime(NOW - HOUR)
  expect((await jobs.claim(['note']))?._id).toBe('note:b')
  expect(await jobs.claim(['note'])).toBeNull()
  vi.advanceTimersByTime(40_000)
  expect((await jobs.claim(['note']))?._id).toBe('note:a')
})

test('[E8] a lock that a killed node left is free when the clock is set back', async () => {
  const { Lock } = await createModels(await emptyStore())
  await Lock.create({ _id: 'key', holder: 'a killed node', until: new Date(NOW + 15_000) })
  vi.setSystemTime(NOW - HOUR)
  expect(await createDistributedLock(Lock)('key', async () => 'done')).toBe('done')
})
