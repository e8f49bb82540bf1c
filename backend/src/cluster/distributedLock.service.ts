import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createTurns, type Turns } from '../lib/keyedMutex.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { LockModel } from '../models/lock.model.ts'

/** Far longer than what is done in a turn. A node that stands still for longer may find that another went on: what it does must bear that. */
const LEASE_MS = 15_000
/** Between two looks, with some chance in it, so that those who wait do not all come at once. */
const LOOK_MS = 40

/** Turns over all nodes that share a database. On one node they go in order; between nodes whoever comes first. */
export function sharedTurns(Turn: LockModel): Turns {
  const here = createTurns()
  return (key, task) =>
    here(key, async () => {
      const holder = randomUUID()
      while (!(await take(key, holder))) await pause(LOOK_MS * (0.5 + Math.random()))
      try {
        return await task()
      } finally {
        await Turn.deleteOne({ _id: key, holder })
      }
    })

  async function take(_id: string, holder: string): Promise<boolean> {
    const now = Date.now()
    try {
      await Turn.updateOne(
        { _id, until: { $lte: new Date(now) } },
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
