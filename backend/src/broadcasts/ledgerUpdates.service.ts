import { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { LedgerRepository } from './ledger.repository.ts'

/** Hundreds acknowledge at once; an admin who looks sees it move all the same. */
const EVERY_MS = 1000

export interface LedgerUpdatesService {
  moved(broadcastId: Types.ObjectId): void

  close(): void
}

/** Tells admins that a ledger moved: at most once in `EVERY_MS` for each, counted at the end of that time, so that the last one is right. */
export function createLedgerUpdates(
  ledger: LedgerRepository,
  delivery: Delivery,
  logger: Logger,
): LedgerUpdatesService {
  const timers = new Map<string, NodeJS.Timeout>()

  async function tell(broadcastId: string): Promise<void> {
    timers.delete(broadcastId)
    try {
      const id = new Types.ObjectId(broadcastId)
      delivery.ledgerChanged({ broadcastId, counts: await ledger.counts(id) })
      await ledger.settle(id)
    } catch (error) {
      logger.warn({ err: error, broadcastId }, 'how a broadcast goes could not be told')
    }
  }

  return {
    moved(broadcastId) {
      const key = broadcastId.toHexString()
      if (!timers.has(key)) timers.set(key, setTimeout(() => void tell(key), EVERY_MS).unref())
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
