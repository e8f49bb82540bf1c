import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Collection, Connection } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { isDuplicateKey } from './migration.errors.ts'

/** One that was killed holds the others up for so long. */
const LEASE_MS = 20_000
const RENEW_MS = LEASE_MS / 4
const LOOK_MS = 250

interface LockRecord {
  _id: 'migration'
  holder: string
  until: Date
}

/**
 * Does the work while no other node does, or not at all when it is not needed any more; the others wait. Clocks that differ by more than a
 * lease, or a node that stands still for longer, can still let two in: migrations do no harm then, they only work twice.
 * @param isNeeded looked at before each attempt
 */
export async function oneAtATime(
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
    if (!isTold) logger.info('another node leads the store to a new schema; waiting for it')
    isTold = true
    await pause(LOOK_MS)
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
  // Only this one's lease: by now it may be renewed, or be another's.
  if (other && other.until < new Date())
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
    // The next turn tries again; should the lease run out, another node may work too.
    locks.updateOne({ _id: 'migration', holder }, { $set: { until: inALease() } }).catch(() => {})
  }, RENEW_MS)
  try {
    // The one before may have done it between the look and the lock.
    if (await isNeeded()) await work()
  } finally {
    clearInterval(renewing)
    await locks.deleteOne({ _id: 'migration', holder })
  }
}

const inALease = (): Date => new Date(Date.now() + LEASE_MS)
