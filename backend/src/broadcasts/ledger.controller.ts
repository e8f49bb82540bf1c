import { Types } from 'mongoose'
import type { z } from 'zod'
import type {
  Broadcast,
  LedgerCounts,
  LedgerEntry,
  Page,
  OwnLedgerRow,
  PendingBroadcast,
  Reminded,
} from '../contract/index.ts'
import { CSV_BEGINNING, csvLine } from '../lib/csv.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { prefixPattern } from '../lib/text.ts'
import { idSchema, validate } from '../lib/validate.ts'
import { toBroadcast, type BroadcastRecord } from '../models/broadcast.model.ts'
import type { Models } from '../models/index.ts'
import type { LedgerRepository } from './ledger.repository.ts'
import { recipientId, toLedgerEntry, toOwnRow, type RecipientRecord } from '../models/recipient.model.ts'
import { noSuchBroadcast } from './broadcast.controller.ts'
import { acknowledgeSchema, idOnlySchema, ledgerSchema, mineSchema, remindSchema } from './broadcast.schemas.ts'
import type { BroadcastSendingService } from './broadcastSending.service.ts'
import type { LedgerUpdatesService } from './ledgerUpdates.service.ts'
import { pendingOf } from './pendingBroadcast.repository.ts'
import { usersById } from '../accounts/index.ts'

/** Rows that one request looks through for a name, at most; the next goes on there. */
const SEARCHED_MAX = 2000
const PIECE = 500
const COLUMNS = [
  'username',
  'full name',
  'state',
  'delivered at',
  'opened at',
  'acknowledged at',
  'acknowledged revision',
  'reminded at',
  'earlier acknowledgements',
]

export interface LedgerControllerDeps {
  models: Models
  ledger: LedgerRepository
  sender: BroadcastSendingService
  ledgerUpdates: LedgerUpdatesService
  delivery: Delivery
  /** By person. */
  acknowledgeLimit: RateLimit
  /** By broadcast. */
  remindLimit: RateLimit
}

export interface LedgerController {
  /** @throws AppError `invalid_input`, `not_found` */
  counts(_actor: Actor, input: unknown): Promise<LedgerCounts>

  /** Recipients with their names, in the order of their ids. @throws AppError `invalid_input`, `not_found` */
  list(_actor: Actor, input: unknown): Promise<Page<LedgerEntry>>

  /** Every recipient, in pieces (RFC 4180). @throws AppError `invalid_input`, `not_found` */
  csv(_actor: Actor, input: unknown): Promise<AsyncIterable<string>>

  /** Reminds those who are missing now, and again and again if asked to. @throws AppError `invalid_input`, `not_found`, `broadcast_state`, `rate_limited` */
  remind(_actor: Actor, input: unknown): Promise<Reminded>

  /** Ends reminders that go out by themselves. @throws AppError `invalid_input`, `not_found`, `broadcast_state` */
  stopReminding(_actor: Actor, input: unknown): Promise<Broadcast>

  /** What waits for the actor. */
  pending(actor: Actor): Promise<{ items: PendingBroadcast[] }>

  /** How far the actor has got with these, where they are a recipient of them. @throws AppError `invalid_input` */
  mine(actor: Actor, input: unknown): Promise<{ items: OwnLedgerRow[] }>

  /**
   * That the actor has seen and understood it; repeat freely.
   * @throws AppError `invalid_input`, `not_found` (also for who is no recipient), `outdated_revision`, `broadcast_state` (nothing is asked for), `rate_limited`
   */
  acknowledge(actor: Actor, input: unknown): Promise<LedgerEntry>
}

/** What became of a broadcast: acknowledging it, for its recipients; looking and reminding, for admins, which the router sees to. */
export function createLedgerController({
  models,
  ledger,
  sender,
  ledgerUpdates,
  delivery,
  acknowledgeLimit,
  remindLimit,
}: LedgerControllerDeps): LedgerController {
  const { Broadcast, Recipient, User } = models

  /** @throws AppError `not_found`, `broadcast_state` before it is sent */
  async function sent(id: string): Promise<BroadcastRecord> {
    const record = await Broadcast.findById(id).lean()
    if (!record) throw noSuchBroadcast()
    if (record.state !== 'sent') throw new AppError('broadcast_not_sent')
    return record
  }

  /** Rows after somebody, in the order of people's ids. */
  function rowsAfter(
    broadcastId: Types.ObjectId,
    state: RecipientRecord['state'] | undefined,
    after: Types.ObjectId | undefined,
    limit: number,
  ): Promise<RecipientRecord[]> {
    return Recipient.find({ broadcastId, ...(state && { state }), ...(after && { userId: { $gt: after } }) })
      .sort({ userId: 1 })
      .limit(limit)
      .lean()
  }

  async function* csvOf(broadcastId: Types.ObjectId): AsyncGenerator<string> {
    yield CSV_BEGINNING + csvLine(COLUMNS)
    for (let after: Types.ObjectId | undefined; ;) {
      const rows = await rowsAfter(broadcastId, undefined, after, PIECE)
      const users = await usersById(
        models,
        rows.map(({ userId }) => userId),
      )
      yield rows.map((row) => csvRow(row, users.get(row.userId.toHexString()))).join('')
      if (rows.length < PIECE) return
      after = rows.at(-1)?.userId
    }
  }

  return {
    async counts(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      if (!(await Broadcast.exists({ _id: id }))) throw noSuchBroadcast()
      return ledger.counts(new Types.ObjectId(id))
    },

    async list(_actor, input) {
      const { id, state, q, cursor, limit } = validate<z.output<typeof ledgerSchema>>(ledgerSchema, input)
      if (!(await Broadcast.exists({ _id: id }))) throw noSuchBroadcast()
      const pattern = prefixPattern(q)
      const items: LedgerEntry[] = []
      let after = cursor === undefined ? undefined : new Types.ObjectId(decodeCursor(idSchema, cursor))
      for (let searched = 0; searched < SEARCHED_MAX; searched += PIECE) {
        const rows = await rowsAfter(new Types.ObjectId(id), state, after, PIECE)
        const ids = rows.map(({ userId }) => userId)
        const named =
          pattern === null
            ? null
            : new Set(
                (await User.find({ _id: { $in: ids }, searchKeys: { $regex: pattern } }, { _id: 1 }).lean()).map(
                  ({ _id }) => _id.toHexString(),
                ),
              )
        const fitting = (named ? rows.filter(({ userId }) => named.has(userId.toHexString())) : rows).slice(
          0,
          limit - items.length,
        )
        const users = await usersById(
          models,
          fitting.map(({ userId }) => userId),
        )
        items.push(...fitting.flatMap((row) => toEntry(row, users.get(row.userId.toHexString()))))
        const isFull = items.length >= limit
        after = (isFull ? fitting : rows).at(-1)?.userId ?? after
        if (!isFull && rows.length < PIECE) return { items, nextCursor: null }
        if (isFull) break
      }
      return { items, nextCursor: after ? encodeCursor(after.toHexString()) : null }
    },

    async csv(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      if (!(await Broadcast.exists({ _id: id }))) throw noSuchBroadcast()
      return csvOf(new Types.ObjectId(id))
    },

    async remind(_actor, input) {
      const { id, everySeconds, until } = validate<z.output<typeof remindSchema>>(remindSchema, input)
      const record = await sent(id)
      if (record.expiresAt && record.expiresAt <= new Date()) throw new AppError('broadcast_expired')
      await remindLimit.take(id)
      if (everySeconds !== undefined && until !== undefined) {
        const nextAt = new Date(Date.now() + everySeconds * 1000)
        await Broadcast.updateOne(
          { _id: id },
          { $set: { reminders: { everySeconds, until: new Date(until), nextAt } }, $min: { dueAt: nextAt } },
        )
        await Broadcast.updateOne({ _id: id, dueAt: null }, { $set: { dueAt: nextAt } })
        await sender.due(id, nextAt)
      }
      return { recipients: await sender.remind(record) }
    },

    async stopReminding(_actor, input) {
      const { _id } = await sent(validate(idOnlySchema, input).id)
      await Broadcast.updateOne({ _id }, { $set: { reminders: null } })
      return toBroadcast({ ...(await sent(_id.toHexString())), reminders: null })
    },

    async pending(actor) {
      return {
        items: await pendingOf(
          models,
          await Recipient.find({ userId: new Types.ObjectId(actor.userId), isDone: false }).lean(),
        ),
      }
    },

    async mine(actor, input) {
      const { ids } = validate(mineSchema, input)
      const userId = new Types.ObjectId(actor.userId)
      const rows = await Recipient.find({
        _id: { $in: ids.map((id) => recipientId(new Types.ObjectId(id), userId)) },
      }).lean()
      return { items: rows.map(toOwnRow) }
    },

    async acknowledge(actor, input) {
      const { id, revision } = validate<z.output<typeof acknowledgeSchema>>(acknowledgeSchema, input)
      await acknowledgeLimit.take(actor.userId)
      const [broadcastId, userId] = [new Types.ObjectId(id), new Types.ObjectId(actor.userId)]
      if (!(await Recipient.exists({ _id: recipientId(broadcastId, userId) }))) throw noSuchBroadcast()
      const record = await sent(id)
      if (!record.needsAcknowledgement) throw new AppError('no_acknowledgement_needed')
      if (revision < record.materialRevision) throw outdated()
      if (revision > record.revision) throw invalidField('revision', 'no_such_revision')
      const outcome = await ledger.acknowledge(broadcastId, userId, revision)
      if (outcome?.moved) {
        ledgerUpdates.moved(broadcastId)
        // A material change of this moment may have looked before the row said so; one of the two sees the other.
        const now = await sent(id)
        if (revision < now.materialRevision) {
          await ledger.reopen(broadcastId, now.materialRevision)
          throw outdated()
        }
      }
      const [row, users] = await Promise.all([
        Recipient.findOne({ broadcastId, userId }).lean(),
        usersById(models, [userId]),
      ])
      const [entry] = row ? toEntry(row, users.get(actor.userId)) : []
      if (!entry) throw noSuchBroadcast()
      if (outcome?.moved && entry.acknowledgedAt !== null)
        delivery.broadcastAcknowledged({ broadcastId: id, revision, at: entry.acknowledgedAt }, [actor.userId])
      return entry
    },
  }
}

/** Of an account that is gone nothing can be told. */
function toEntry(row: RecipientRecord, user: LedgerEntry['user'] | undefined): LedgerEntry[] {
  return user ? [toLedgerEntry(row, user)] : []
}

function csvRow(row: RecipientRecord, user: LedgerEntry['user'] | undefined): string {
  const history = row.history.map(({ revision, at }) => `${revision} at ${at.toISOString()}`).join('; ')
  return csvLine([
    // Of who is gone, something to tell them apart by.
    user === undefined || user.username === '' ? row.userId.toHexString() : user.username,
    user?.fullName ?? null,
    row.state,
    time(row.deliveredAt),
    time(row.openedAt),
    time(row.acknowledgedAt),
    row.acknowledgedRevision,
    time(row.remindedAt),
    history,
  ])
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

function outdated(): AppError {
  return new AppError('outdated_revision')
}
