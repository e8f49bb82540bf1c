import { Types } from 'mongoose'
import { EVERYBODY } from '../contract/index.ts'
import type { Clock } from '../lib/clock.ts'
import type { Jobs } from '../lib/jobs.ts'
import type { Delivery } from '../lib/delivery.ts'
import { peopleOf } from './broadcastAudience.repository.ts'
import { announcementKey, toMark, type BroadcastRecord } from '../models/broadcast.model.ts'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { LedgerRepository } from './ledger.repository.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import { announcementViewers, type MessageLog } from '../messageLog/index.ts'
import type { LedgerUpdatesService } from './ledgerUpdates.service.ts'
import { toPending } from './pendingBroadcast.repository.ts'

/** A server may have ended between writing down that something is due and adding its job. */
const LOOK_MS = 10 * 60_000
const NOBODY_YET: ReadonlyMap<string, { readSeq: number }> = new Map()

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
  /** Reminds those who are missing, and returns how many they are. */
  remind(record: BroadcastRecord): Promise<number>

  /** After it was written down when it is due: does it, when that is now, and resolves when it is done; or sees to it that it is done then. */
  due(id: string, dueAt: Date): Promise<void>
}

/**
 * Does what broadcasts are due for: sending, applying a changed text, reminding; each broadcast is a job. Each step can be done again: rows of
 * recipients and the announcement have ids that follow from the broadcast's, so that two nodes at once, or one after another, make one of each.
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
  jobs.handle('broadcast', ({ id }, signal) => work(new Types.ObjectId(id), signal))
  jobs.repeat('broadcastsDue', { everyMs: LOOK_MS, atStart: true }, takeUp)

  async function takeUp(): Promise<void> {
    for await (const { _id } of Broadcast.find({ dueAt: { $gt: NEVER, $lte: clock.now() } }, { _id: 1 }).lean()) {
      const id = _id.toHexString()
      await jobs.add('broadcast', { id }, { id })
    }
  }

  /** What is to be done now; resolves to the time of the next. */
  async function work(_id: Types.ObjectId, signal: AbortSignal): Promise<Date | undefined> {
    const record = await Broadcast.findById(_id).lean()
    if (!record?.dueAt || record.dueAt > clock.now()) return record?.dueAt ?? undefined
    if (record.state === 'scheduled' || record.state === 'sending') await send(record, signal)
    else if (record.state === 'sent') {
      if (!record.isApplied) await apply(record)
      await remindIfDue(record)
    }
    return rested(record)
  }

  /** Nothing more to do before the next reminder; unless somebody has begun something else meanwhile, which has added the job again. */
  async function rested({ _id, dueAt }: BroadcastRecord): Promise<Date | undefined> {
    const now = await Broadcast.findById(_id, { reminders: 1 }).lean()
    const next = now?.reminders?.nextAt ?? null
    await Broadcast.updateOne({ _id, dueAt, isApplied: true, state: { $ne: 'sending' } }, { $set: { dueAt: next } })
    return next ?? undefined
  }

  async function send({ _id }: BroadcastRecord, signal: AbortSignal): Promise<void> {
    const record = await Broadcast.findOneAndUpdate(
      { _id, state: { $in: ['scheduled', 'sending'] } },
      { $set: { state: 'sending' }, $min: { claimedAt: clock.now() } },
      { returnDocument: 'after' },
    ).lean()
    // Cancelled at this moment.
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
    // Whoever was connected to a node that crashed in between connects anew, and syncs.
    if (!repeated)
      delivery.broadcastMessage(
        toMessage(message, record.createdBy.toHexString(), NOBODY_YET),
        await audienceOf(message),
      )
    ledgerUpdates.moved(_id)
  }

  async function freeze(record: BroadcastRecord, signal: AbortSignal): Promise<number> {
    const { _id, audience, createdBy, claimedAt = clock.now() } = record
    for await (const people of peopleOf(models, audience, createdBy, claimedAt)) {
      signal.throwIfAborted()
      await ledger.add(record, people)
      ledgerUpdates.moved(_id)
    }
    const recipientCount = await Recipient.countDocuments({ broadcastId: _id })
    await Broadcast.updateOne({ _id }, { $set: { isFrozen: true, recipientCount } })
    return recipientCount
  }

  /** Undefined: everybody. */
  async function audienceOf(message: MessageRecord): Promise<string[] | undefined> {
    return message.isTargeted ? announcementViewers(models, message) : undefined
  }

  /** The ledger and the announcement follow the newest text. */
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
        toMessage(outcome.record, record.createdBy.toHexString(), NOBODY_YET),
        (await audienceOf(outcome.record)) ?? EVERYBODY,
      )
    await Broadcast.updateOne({ _id, revision }, { $set: { isApplied: true } })
    ledgerUpdates.moved(_id)
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
    const count = isOver ? 0 : await remind(record)
    const nextAt = new Date(clock.now().getTime() + reminders.everySeconds * 1000)
    const next = count === 0 || nextAt > reminders.until ? null : { ...reminders, nextAt }
    await Broadcast.updateOne({ _id, 'reminders.nextAt': reminders.nextAt }, { $set: { reminders: next } })
  }

  return {
    remind,
    async due(id, dueAt) {
      if (dueAt > clock.now()) await jobs.add('broadcast', { id }, { id, at: dueAt })
      else await jobs.perform('broadcast', { id }, id)
    },
  }
}

const NEVER = new Date(0)
