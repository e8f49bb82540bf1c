import { Types } from 'mongoose'
import { EVERYBODY } from '../contract/index.ts'
import type { Clock } from '../lib/clock.ts'
import { orderOf } from '../lib/orderClock.ts'
import type { Jobs } from '../lib/jobs.ts'
import type { Delivery } from '../lib/delivery.ts'
import { usersOf } from './broadcastAudience.repository.ts'
import { announcementKey, toMark, type BroadcastRecord } from '../models/broadcast.model.ts'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { LedgerRepository } from './ledger.repository.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import { announcementViewers, type MessageLog } from '../messageLog/index.ts'
import type { LedgerUpdatesService } from './ledgerUpdates.service.ts'
import { toPending } from './pendingBroadcast.repository.ts'

/**
 * How often the server looks for due broadcasts without a job. It may have stopped after it wrote a time and before it
 * added the job.
 */
const CHECK_MS = 10 * 60_000
/**
 * How late an announcement may still go out by itself. A restart, a failover or a retry takes less. After a longer stop, or
 * when a backup was restored, its text may be wrong by now, or have been sent already.
 */
const LATE_MS = 15 * 60_000
const NO_RECEIPTS: ReadonlyMap<string, { readSeq: number }> = new Map()

interface Deps {
  models: Models
  log: MessageLog
  ledger: LedgerRepository
  ledgerUpdates: LedgerUpdatesService
  delivery: Delivery
  clock: Clock
  jobs: Pick<Jobs, 'handle' | 'repeat' | 'add' | 'perform'>
}

export interface BroadcastSendingService {
  /** Reminds the recipients who have not answered, and returns how many they are. */
  remind(record: BroadcastRecord): Promise<number>

  /**
   * Does the work of a broadcast whose `dueAt` was written. Work that is due now is done when the call resolves. Other
   * work becomes a job for that time.
   */
  runOrSchedule(id: string, dueAt: Date): Promise<void>
}

/**
 * Creates the service. It sends broadcasts, applies changed texts and reminds, each broadcast as a job. Each step can
 * be repeated: the ids of recipients' rows and the key of the announcement follow from the broadcast, so two nodes make
 * one of each.
 */
export function createBroadcastSendingService({
  models,
  log,
  ledger,
  ledgerUpdates,
  delivery,
  clock,
  jobs,
}: Deps): BroadcastSendingService {
  const { Broadcast, Recipient } = models
  jobs.handle('broadcast', ({ id }, signal) => performDue(new Types.ObjectId(id), signal))
  jobs.repeat('broadcastsDue', { everyMs: CHECK_MS, atStart: true }, addMissingJobs)

  async function addMissingJobs(): Promise<void> {
    for await (const { _id } of Broadcast.find({ dueAt: { $gt: NEVER, $lte: clock.now() } }, { _id: 1 }).lean()) {
      const id = _id.toHexString()
      await jobs.add('broadcast', { id }, { id })
    }
  }

  /** Does the work that is due, and returns the time of the next work. */
  async function performDue(_id: Types.ObjectId, signal: AbortSignal): Promise<Date | undefined> {
    const record = await Broadcast.findById(_id).lean()
    if (!record?.dueAt || record.dueAt > clock.now()) return record?.dueAt ?? undefined
    if (record.state === 'scheduled' && isStale(record)) return hold(record)
    if (record.state === 'scheduled' || record.state === 'sending') await send(record, signal)
    else if (record.state === 'sent') {
      if (!record.isApplied) await apply(record)
      await remindIfDue(record)
    }
    return scheduleNext(record)
  }

  /** Tells whether the time of a broadcast passed long ago, or it has expired. */
  function isStale({ dueAt, expiresAt }: Pick<BroadcastRecord, 'dueAt' | 'expiresAt'>): boolean {
    const now = clock.now().getTime()
    return (dueAt !== null && now - dueAt.getTime() > LATE_MS) || (expiresAt !== null && expiresAt.getTime() <= now)
  }

  /** Keeps a broadcast back until an admin decides. */
  async function hold({ _id, dueAt }: BroadcastRecord): Promise<undefined> {
    await Broadcast.updateOne({ _id, state: 'scheduled', dueAt }, { $set: { state: 'held', dueAt: null } })
  }

  /** Stores the time of the next reminder, unless other work was added meanwhile. That work has added its own job. */
  async function scheduleNext({ _id, dueAt }: BroadcastRecord): Promise<Date | undefined> {
    const now = await Broadcast.findById(_id, { reminders: 1 }).lean()
    const next = now?.reminders?.nextAt ?? null
    await Broadcast.updateOne({ _id, dueAt, isApplied: true, state: { $ne: 'sending' } }, { $set: { dueAt: next } })
    return next ?? undefined
  }

  async function send({ _id }: BroadcastRecord, signal: AbortSignal): Promise<void> {
    const record = await Broadcast.findOneAndUpdate(
      { _id, state: { $in: ['scheduled', 'sending'] } },
      { $set: { state: 'sending' }, $min: { claimedAt: orderOf(clock.now()) } },
      { returnDocument: 'after' },
    ).lean()
    // An admin cancelled it at this moment.
    if (!record) return
    const recipientCount = record.isFrozen ? record.recipientCount : await freeze(record, signal)
    const { record: message, repeated } = await log.append({
      conversationId: ANNOUNCEMENTS_OBJECT_ID,
      senderId: record.createdBy,
      receiverId: EVERYBODY,
      title: record.title === '' ? null : record.title,
      text: record.text,
      clientMessageId: announcementKey(record),
      broadcast: toMark(record),
      ...(record.attachments.length > 0 && { attachments: record.attachments }),
      ...(record.audience.kind !== 'everybody' && { isTargeted: true as const }),
    })
    // The key belongs to another message of the author: the first one counts, as for every repeated message.
    if (record.clientMessageId !== undefined && message.broadcast?.id !== _id.toHexString()) {
      await Broadcast.deleteOne({ _id })
      await Recipient.deleteMany({ broadcastId: _id })
      return
    }
    await ledger.place(_id, message.seq)
    await Broadcast.updateOne(
      { _id, state: 'sending' },
      { $set: { state: 'sent', seq: message.seq, sentAt: message.createdAt, recipientCount } },
    )
    // Clients of a node that crashed in between connect again, and sync.
    if (!repeated)
      delivery.broadcastMessage(
        toMessage(message, record.createdBy.toHexString(), NO_RECEIPTS),
        await audienceOf(message),
      )
    ledgerUpdates.schedule(_id)
  }

  async function freeze(record: BroadcastRecord, signal: AbortSignal): Promise<number> {
    const { _id, audience, createdBy, claimedAt = orderOf(clock.now()) } = record
    for await (const userIds of usersOf(models, audience, createdBy, claimedAt)) {
      signal.throwIfAborted()
      await ledger.add(record, userIds)
      ledgerUpdates.schedule(_id)
    }
    const recipientCount = await Recipient.countDocuments({ broadcastId: _id })
    await Broadcast.updateOne({ _id }, { $set: { isFrozen: true, recipientCount } })
    return recipientCount
  }

  /** Returns the users who see the announcement. Undefined: every user. */
  async function audienceOf(message: MessageRecord): Promise<string[] | undefined> {
    return message.isTargeted ? announcementViewers(models, message) : undefined
  }

  /** Applies the newest text to the ledger and the announcement. */
  async function apply(record: BroadcastRecord): Promise<void> {
    const { _id, seq, title, text, revision, materialRevision, revisedAt } = record
    await ledger.reopen(_id, materialRevision)
    const editedAt = revisedAt ?? clock.now()
    const clientEditId = `revision-${revision}`
    const outcome = await log.change(ANNOUNCEMENTS_OBJECT_ID, seq ?? 0, (message) => {
      if (message.deletedAt || (message.broadcast?.revision ?? 0) >= revision) return null
      const edits = [
        ...message.edits,
        { text: message.text, writtenAt: message.editedAt ?? message.createdAt, clientEditId },
      ]
      return { title: title === '' ? null : title, text, editedAt, edits, broadcast: toMark(record) }
    })
    if (outcome?.changed)
      delivery.messageChanged(
        toMessage(outcome.record, record.createdBy.toHexString(), NO_RECEIPTS),
        (await audienceOf(outcome.record)) ?? EVERYBODY,
      )
    await Broadcast.updateOne({ _id, revision }, { $set: { isApplied: true } })
    ledgerUpdates.schedule(_id)
  }

  async function remind(record: BroadcastRecord): Promise<number> {
    const rows = await ledger.remind(record, clock.now())
    for (const row of rows) delivery.broadcastReminder(toPending(record, row), [row.userId.toHexString()])
    return rows.length
  }

  async function remindIfDue(record: BroadcastRecord): Promise<void> {
    const { _id, reminders, expiresAt } = record
    if (!reminders || reminders.nextAt > clock.now()) return
    const isOver = expiresAt !== null && expiresAt <= clock.now()
    // A late reminder is left out. The next one comes at its own time.
    const isLate = clock.now().getTime() - reminders.nextAt.getTime() > LATE_MS
    const isDone = isOver || (!isLate && (await remind(record)) === 0)
    const nextAt = new Date(clock.now().getTime() + reminders.everySeconds * 1000)
    const next = isDone || nextAt > reminders.until ? null : { ...reminders, nextAt }
    await Broadcast.updateOne({ _id, 'reminders.nextAt': reminders.nextAt }, { $set: { reminders: next } })
  }

  return {
    remind,
    async runOrSchedule(id, dueAt) {
      if (dueAt > clock.now()) await jobs.add('broadcast', { id }, { id, at: dueAt })
      else await jobs.perform('broadcast', { id }, id)
    },
  }
}

const NEVER = new Date(0)
