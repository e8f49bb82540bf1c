import { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { LedgerRepository } from './ledger.repository.ts'

/** Hundreds of recipients may acknowledge at once. An admin who looks at the ledger still sees it move. */
const EVERY_MS = 1000

/** Sends the counts of ledgers that moved to the admins. */
export interface LedgerUpdatesService {
  schedule(broadcastId: Types.ObjectId): void

  close(): void
}

/**
 * Creates the service. It sends the counts of a ledger at most once in `EVERY_MS`, at the end of that time, so the last
 * counts are right.
 */
export function createLedgerUpdates(
  ledger: LedgerRepository,
  delivery: Delivery,
  logger: Logger,
): LedgerUpdatesService {
  const timers = new Map<string, NodeJS.Timeout>()

  async function publish(broadcastId: string): Promise<void> {
    timers.delete(broadcastId)
    try {
      const id = new Types.ObjectId(broadcastId)
      delivery.ledgerChanged({ broadcastId, counts: await ledger.counts(id) })
      await ledger.settle(id)
    } catch (error) {
      logger.warn({ err: error, broadcastId }, 'the counts of a broadcast could not be sent')
    }
  }

  return {
    schedule(broadcastId) {
      const key = broadcastId.toHexString()
      if (!timers.has(key)) timers.set(key, setTimeout(() => void publish(key), EVERY_MS).unref())
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
