import type { Connection } from 'mongoose'
import { beginOrder, raiseOrder, takeUnsaved } from '../lib/orderClock.ts'
import type { Logger } from '../lib/logger.ts'

const ID = 'order'

interface OrderRecord {
  _id: string
  /** The latest time that was given, ms since 1970. */
  value: number
  /** The only process that used it has stored it at its end. */
  isExact?: boolean
}

/** How often the time is stored. */
const SAVE_MS = 5000
/**
 * How far a killed process may have been beyond the stored time. It is less than what a sync looks back (`MARGIN_MS`), so that a
 * node that begins this much ahead of the others hides nothing from it.
 */
const UNSAVED_MS = 2 * SAVE_MS

/**
 * Keeps in the database how far the clock of order is. A process that starts after the server's clock was set back continues there,
 * and the nodes of a database agree within seconds. Returns the function that stores it a last time.
 */
export async function keepOrderClock(
  connection: Connection,
  logger: Logger,
  isShared: boolean,
): Promise<() => Promise<void>> {
  const settings = connection.collection<OrderRecord>('settings')
  const stored = await settings.findOne({ _id: ID })
  beginOrder((stored?.value ?? 0) + (stored?.isExact ? 0 : UNSAVED_MS))
  if (stored?.isExact) await settings.updateOne({ _id: ID }, { $set: { isExact: false } })

  async function save(isExact = false): Promise<void> {
    if (isShared) raiseOrder((await settings.findOne({ _id: ID }))?.value ?? 0)
    const now = takeUnsaved()
    // An idle server does not wake the disk.
    if (now !== null || isExact)
      await settings.updateOne({ _id: ID }, { $max: { value: now ?? 0 }, $set: { isExact } }, { upsert: true })
  }

  const timer = setInterval(() => {
    save().catch((error: unknown) => logger.warn({ err: error }, 'the clock of order could not be stored'))
  }, SAVE_MS).unref()

  return async () => {
    clearInterval(timer)
    const isExact = !isShared
    await save(isExact).catch(() => {
      // The database is closed, or its disk is full. The next start takes the time stored before.
    })
  }
}
