import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyedMutex, type KeyedMutex } from '../lib/keyedMutex.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { LockModel } from '../models/lock.model.ts'

/**
 * Much longer than any task. A node that stalls for longer can lose its lock to another node, so the tasks must
 * tolerate that.
 */
const LEASE_MS = 15_000
/** Average time between two attempts. It is random, so that waiting nodes do not all try at once. */
const RETRY_MS = 40

/** Makes a mutex over all nodes that share a database. The order of the calls holds within one node only. */
export function createDistributedLock(Lock: LockModel): KeyedMutex {
  const local = createKeyedMutex()
  return (key, task) =>
    local(key, async () => {
      const holder = randomUUID()
      while (!(await acquire(key, holder))) await sleep(RETRY_MS * (0.5 + Math.random()))
      try {
        return await task()
      } finally {
        await Lock.deleteOne({ _id: key, holder })
      }
    })

  async function acquire(_id: string, holder: string): Promise<boolean> {
    const now = Date.now()
    // A lock that would last much longer than a lease is from before the clock was set back.
    const isOver = [{ until: { $lte: new Date(now) } }, { until: { $gt: new Date(now + 2 * LEASE_MS) } }]
    try {
      await Lock.updateOne(
        { _id, $or: isOver },
        { $set: { holder, until: new Date(now + LEASE_MS) } },
        { upsert: true },
      )
      return true
    } catch (error) {
      if (duplicateKeyAt(error) === null) throw error
      return false
    }
  }
}
