import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Collection, Connection } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { isDuplicateKey } from './migration.errors.ts'

/** How long the lock of a killed node makes the others wait. */
const LEASE_MS = 20_000
const RENEW_MS = LEASE_MS / 4
const LOOK_MS = 250

interface LockRecord {
  _id: 'migration'
  holder: string
  until: Date
}

/**
 * Runs `work` while no other node does, or not at all when it is no longer needed; the other nodes wait. Two nodes can
 * still run it at once when their clocks differ by more than a lease, or when a node stands still for longer.
 * Migrations do no harm then; the work is done twice.
 * @param isNeeded checked before each attempt
 */
export async function withMigrationLock(
  connection: Connection,
  logger: Logger,
  isNeeded: () => Promise<boolean>,
  work: () => Promise<void>,
): Promise<void> {
  const locks = connection.collection<LockRecord>('versions')
  const holder = randomUUID()
  let isTold = false
  while (await isNeeded()) {
    if (await take(locks, holder)) return held(locks, holder, isNeeded, work)
    if (!isTold) logger.info('waiting: another node migrates the store')
    isTold = true
    await sleep(LOOK_MS)
  }
}

async function take(locks: Collection<LockRecord>, holder: string): Promise<boolean> {
  try {
    await locks.insertOne({ _id: 'migration', holder, until: inALease() })
    return true
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
  const other = await locks.findOne({ _id: 'migration' })
  // Deletes only this lease. By now it may have been renewed, or belong to another node.
  // One that would last much longer than a lease is from before the clock was set back.
  const left = other ? other.until.getTime() - Date.now() : 0
  if (other && (left < 0 || left > 2 * LEASE_MS))
    await locks.deleteOne({ _id: 'migration', holder: other.holder, until: other.until })
  return false
}

async function held(
  locks: Collection<LockRecord>,
  holder: string,
  isNeeded: () => Promise<boolean>,
  work: () => Promise<void>,
): Promise<void> {
  const renewing = setInterval(() => {
    // The next round tries again. When the lease ends before that, another node may work too.
    locks.updateOne({ _id: 'migration', holder }, { $set: { until: inALease() } }).catch(() => {})
  }, RENEW_MS)
  try {
    // Another node may have finished the work between the check and the lock.
    if (await isNeeded()) await work()
  } finally {
    clearInterval(renewing)
    await locks.deleteOne({ _id: 'migration', holder })
  }
}

const inALease = (): Date => new Date(Date.now() + LEASE_MS)
