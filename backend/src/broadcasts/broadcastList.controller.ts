import { Types, type QueryFilter } from 'mongoose'
import type { z } from 'zod'
import {
  BROADCAST_LISTS,
  type BroadcastListName,
  type BroadcastPage,
  type LedgerCounts,
  type ListedBroadcast,
} from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import type { Actor } from '../lib/delivery.ts'
import { idSchema, validate } from '../lib/validate.ts'
import { toBroadcast, type BroadcastRecord } from '../models/broadcast.model.ts'
import type { Models } from '../models/index.ts'
import type { LedgerRepository } from './ledger.repository.ts'
import { listSchema } from './broadcast.schemas.ts'

export interface BroadcastListController {
  /** Lists broadcasts, the newest first. @throws AppError `invalid_input` */
  (_actor: Actor, input: unknown): Promise<BroadcastPage>
}

/** Creates the list of broadcasts for admins, each with the counts of its ledger. */
export function createBroadcastListController(
  { Broadcast }: Pick<Models, 'Broadcast'>,
  ledger: LedgerRepository,
): BroadcastListController {
  async function totals(now: Date): Promise<BroadcastPage['totals']> {
    const counts = await Promise.all(
      BROADCAST_LISTS.map(async (name) => [name, await Broadcast.countDocuments(conditionOf(name, now))] as const),
    )
    const { all = 0, held = 0, waiting = 0, scheduled = 0, sent = 0, drafts = 0 } = Object.fromEntries(counts)
    return { all, held, waiting, scheduled, sent, drafts }
  }

  /** Counts one ledger after the other: fifty ledgers of ten thousand recipients at once would hold up the server. */
  async function withCounts(records: BroadcastRecord[]): Promise<ListedBroadcast[]> {
    const items: ListedBroadcast[] = []
    for (const record of records) {
      const counts = hasRecipients(record) ? await ledger.counts(record._id) : null
      items.push({ ...toBroadcast(record), counts })
      // The server may have stopped before it noted that the broadcast is settled.
      if (record.state === 'sent' && !record.isSettled && counts && isDone(record, counts))
        await ledger.settle(record._id)
    }
    return items
  }

  return async function list(_actor, input) {
    const { show, cursor, limit } = validate<z.output<typeof listSchema>>(listSchema, input)
    const now = new Date()
    const before = cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(decodeCursor(idSchema, cursor)) } }
    const found = await Broadcast.find({ $and: [conditionOf(show, now), before] })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean()
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const listed = await withCounts(page)
    const items = show === 'waiting' ? listed.filter((item) => item.counts && !isDone(item, item.counts)) : listed
    return {
      items,
      nextCursor: found.length > limit && last ? encodeCursor(last._id.toHexString()) : null,
      totals: await totals(now),
    }
  }
}

function conditionOf(name: BroadcastListName, now: Date): QueryFilter<BroadcastRecord> {
  switch (name) {
    case 'all':
      return {}
    case 'waiting':
      return { state: 'sent', isSettled: false, $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] }
    case 'held':
    case 'scheduled':
      return { state: name }
    case 'sent':
      return { state: { $in: ['sent', 'sending'] } }
    case 'drafts':
      return { state: { $in: ['draft', 'cancelled'] } }
  }
}

const hasRecipients = ({ state }: Pick<BroadcastRecord, 'state'>): boolean => state === 'sent' || state === 'sending'

function isDone(
  { needsAcknowledgement }: Pick<BroadcastRecord, 'needsAcknowledgement'>,
  { recipients, opened, acknowledged }: LedgerCounts,
): boolean {
  return recipients === acknowledged + (needsAcknowledgement ? 0 : opened)
}
