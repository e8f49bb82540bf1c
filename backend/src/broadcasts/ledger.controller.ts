import { Types } from 'mongoose'
import type { z } from 'zod'
import {
  RECIPIENT_STATES,
  type Broadcast,
  type LedgerCounts,
  type LedgerEntry,
  type Page,
  type OwnLedgerRow,
  type PendingBroadcast,
  type Reminded,
  type RemindInput,
} from '../contract/index.ts'
import { CSV_BEGINNING, csvLine } from '../lib/csv.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { userSearchFilter } from '../lib/names/userSearchFilter.ts'
import { requestKey } from '../lib/idempotency.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
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

/** The most rows that one request searches for a name. The next request continues there. */
const SEARCHED_MAX = 2000
const BATCH = 500
/** How many requests for a reminder a broadcast remembers: as many as it may have in an hour. */
const REMIND_REQUESTS = RATE_LIMITS.reminders.points
/** The states that begin at a time that the ledger has. */
const TIMED_STATES = RECIPIENT_STATES.filter((state) => state !== 'queued')
const COLUMNS = [
  'username',
  'full name',
  'state',
  ...TIMED_STATES.map((state) => `${state} at`),
  'acknowledged revision',
  'reminded at',
  'earlier acknowledgements',
]

export interface LedgerControllerDeps {
  models: Models
  ledger: LedgerRepository
  sending: BroadcastSendingService
  ledgerUpdates: LedgerUpdatesService
  delivery: Delivery
  /** For each user. */
  acknowledgeLimit: RateLimit
  /** For each broadcast. */
  remindLimit: RateLimit
  /** Runs the reminders of a broadcast one after the other, on all nodes. */
  mutex: KeyedMutex
}

/**
 * Reads a ledger, reminds recipients, and takes their acknowledgements. The router lets only admins read and remind.
 */
export interface LedgerController {
  /** Counts the recipients in each state. @throws AppError `invalid_input`, `not_found` */
  counts(_actor: Actor, input: unknown): Promise<LedgerCounts>

  /** Returns recipients with their names, in the order of their ids. @throws AppError `invalid_input`, `not_found` */
  list(_actor: Actor, input: unknown): Promise<Page<LedgerEntry>>

  /** Yields the whole ledger as CSV (RFC 4180). @throws AppError `invalid_input`, `not_found` */
  csv(_actor: Actor, input: unknown): Promise<AsyncIterable<string>>

  /**
   * Reminds the recipients who have not answered, now and, if asked to, again and again. A repeat with the same key sends no reminder.
   * @throws AppError `invalid_input`, `not_found`, `broadcast_state`, `rate_limited`
   */
  remind(actor: Actor, input: unknown): Promise<Reminded>

  /** Ends the repeated reminders. @throws AppError `invalid_input`, `not_found`, `broadcast_state` */
  stopReminding(_actor: Actor, input: unknown): Promise<Broadcast>

  /** Returns the broadcasts that wait for the actor. */
  pending(actor: Actor): Promise<{ items: PendingBroadcast[] }>

  /** Returns the actor's rows of these broadcasts. @throws AppError `invalid_input` */
  mine(actor: Actor, input: unknown): Promise<{ items: OwnLedgerRow[] }>

  /**
   * Records that the actor has read and understood the text. A repeat changes nothing.
   * @throws AppError `invalid_input`, `not_found` (also when the actor is not a recipient), `outdated_revision`,
   * `broadcast_state` (it needs no acknowledgement), `rate_limited`
   */
  acknowledge(actor: Actor, input: unknown): Promise<LedgerEntry>
}

/** Creates the controller. */
export function createLedgerController({
  models,
  ledger,
  sending,
  ledgerUpdates,
  delivery,
  acknowledgeLimit,
  remindLimit,
  mutex,
}: LedgerControllerDeps): LedgerController {
  const { Broadcast, Recipient, User } = models

  /** Finds a broadcast that was sent. @throws AppError `not_found`, `broadcast_state` before it is sent */
  async function findSent(id: string): Promise<BroadcastRecord> {
    const record = await Broadcast.findById(id).lean()
    if (!record) throw noSuchBroadcast()
    if (record.state !== 'sent') throw new AppError('broadcast_not_sent')
    return record
  }

  /** Returns the rows of a ledger after a user, in the order of the users' ids. */
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
      const rows = await rowsAfter(broadcastId, undefined, after, BATCH)
      const users = await usersById(
        models,
        rows.map(({ userId }) => userId),
      )
      yield rows.map((row) => csvRow(row, users.get(row.userId.toHexString()))).join('')
      if (rows.length < BATCH) return
      after = rows.at(-1)?.userId
    }
  }

  async function remindAll(id: string, { everySeconds, until }: RemindInput): Promise<number> {
    const record = await findSent(id)
    if (record.expiresAt && record.expiresAt <= new Date()) throw new AppError('broadcast_expired')
    if (until !== undefined && Date.parse(until) <= Date.now()) throw invalidField('until', 'must_be_in_future')
    await remindLimit.take(id)
    if (everySeconds !== undefined && until !== undefined) {
      const nextAt = new Date(Date.now() + everySeconds * 1000)
      await Broadcast.updateOne(
        { _id: id },
        { $set: { reminders: { everySeconds, until: new Date(until), nextAt } }, $min: { dueAt: nextAt } },
      )
      await Broadcast.updateOne({ _id: id, dueAt: null }, { $set: { dueAt: nextAt } })
      await sending.runOrSchedule(id, nextAt)
    }
    return sending.remind(record)
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
      const wanted = userSearchFilter(q)
      const items: LedgerEntry[] = []
      let after = cursor === undefined ? undefined : new Types.ObjectId(decodeCursor(idSchema, cursor))
      for (let searched = 0; searched < SEARCHED_MAX; searched += BATCH) {
        const rows = await rowsAfter(new Types.ObjectId(id), state, after, BATCH)
        const ids = rows.map(({ userId }) => userId)
        const named =
          wanted === null
            ? null
            : new Set(
                (await User.find({ _id: { $in: ids }, ...wanted.any }, { _id: 1 }).lean()).map(({ _id }) =>
                  _id.toHexString(),
                ),
              )
        const matching = (named ? rows.filter(({ userId }) => named.has(userId.toHexString())) : rows).slice(
          0,
          limit - items.length,
        )
        const users = await usersById(
          models,
          matching.map(({ userId }) => userId),
        )
        items.push(...matching.flatMap((row) => toEntry(row, users.get(row.userId.toHexString()))))
        const isFull = items.length >= limit
        after = (isFull ? matching : rows).at(-1)?.userId ?? after
        if (!isFull && rows.length < BATCH) return { items, nextCursor: null }
        if (isFull) break
      }
      return { items, nextCursor: after ? encodeCursor(after.toHexString()) : null }
    },

    async csv(_actor, input) {
      const { id } = validate(idOnlySchema, input)
      if (!(await Broadcast.exists({ _id: id }))) throw noSuchBroadcast()
      return csvOf(new Types.ObjectId(id))
    },

    async remind(actor, input) {
      const { id, idempotencyKey, ...fields } = validate<z.output<typeof remindSchema>>(remindSchema, input)
      if (idempotencyKey === undefined) return { recipients: await remindAll(id, fields) }
      const key = requestKey(['remind', actor.userId, id], idempotencyKey)
      return mutex(`remind ${id}`, async () => {
        const { remindRequests = [] } = await findSent(id)
        const first = remindRequests.find((request) => request.key === key)
        if (first) return { recipients: first.recipients }
        const recipients = await remindAll(id, fields)
        const kept = [...remindRequests, { key, recipients }].slice(-REMIND_REQUESTS)
        await Broadcast.updateOne({ _id: id }, { $set: { remindRequests: kept } })
        return { recipients }
      })
    },

    async stopReminding(_actor, input) {
      const { _id } = await findSent(validate(idOnlySchema, input).id)
      await Broadcast.updateOne({ _id }, { $set: { reminders: null } })
      return toBroadcast({ ...(await findSent(_id.toHexString())), reminders: null })
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
      const record = await findSent(id)
      if (!record.needsAcknowledgement) throw new AppError('no_acknowledgement_needed')
      if (revision < record.materialRevision) throw outdatedRevision()
      if (revision > record.revision) throw invalidField('revision', 'no_such_revision')
      const outcome = await ledger.acknowledge(broadcastId, userId, revision)
      if (outcome?.moved) {
        ledgerUpdates.schedule(broadcastId)
        // A material change at this moment may have read the row before it was acknowledged. One of the two sees the
        // other.
        const now = await findSent(id)
        if (revision < now.materialRevision) {
          await ledger.reopen(broadcastId, now.materialRevision)
          throw outdatedRevision()
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

/** Returns an entry, or none when the account no longer exists. */
function toEntry(row: RecipientRecord, user: LedgerEntry['user'] | undefined): LedgerEntry[] {
  return user ? [toLedgerEntry(row, user)] : []
}

function csvRow(row: RecipientRecord, user: LedgerEntry['user'] | undefined): string {
  const history = row.history.map(({ revision, at }) => `${revision} at ${at.toISOString()}`).join('; ')
  return csvLine([
    // The id stands for a deleted account, so that two of them differ.
    user === undefined || user.username === '' ? row.userId.toHexString() : user.username,
    user?.fullName ?? null,
    row.state,
    ...TIMED_STATES.map((state) => time(row[`${state}At`])),
    row.acknowledgedRevision,
    time(row.remindedAt),
    history,
  ])
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

function outdatedRevision(): AppError {
  return new AppError('outdated_revision')
}
