import type { Connection } from 'mongoose'
import { beginOrder, raiseOrder, takeUnsaved, UNSAVED_MS } from '../lib/orderClock.ts'
import type { Logger } from '../lib/logger.ts'

const ID = 'order'

interface OrderRecord {
  _id: string
  /** The latest time that was given, ms since 1970. */
  value: number
  /** The only process that used it has stored it at its end. */
  isExact?: boolean
}

/** How often the time is stored. It is less than `UNSAVED_MS`. */
const SAVE_MS = 5000
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
  const value = stored?.value ?? 0
  // The clock was set back since. A smaller difference is within what a sync looks back, and needs no lead.
  const isBehind = value > Date.now() + UNSAVED_MS
  beginOrder(isBehind && !stored?.isExact ? value + UNSAVED_MS : value, value, saveOrWarn)
  if (stored?.isExact) await settings.updateOne({ _id: ID }, { $set: { isExact: false } })

  async function save(isExact = false): Promise<void> {
    if (isShared) raiseOrder((await settings.findOne({ _id: ID }))?.value ?? 0)
    const now = takeUnsaved()
    // An idle server does not wake the disk.
    if (now !== null || isExact)
      await settings.updateOne({ _id: ID }, { $max: { value: now ?? 0 }, $set: { isExact } }, { upsert: true })
  }

  function saveOrWarn(): void {
    save().catch((error: unknown) => logger.warn({ err: error }, 'the clock of order could not be stored'))
  }

  const timer = setInterval(saveOrWarn, SAVE_MS).unref()

  return async () => {
    clearInterval(timer)
    const isExact = !isShared
    await save(isExact).catch(() => {
      // The database is closed, or its disk is full. The next start takes the time stored before.
    })
  }
}
