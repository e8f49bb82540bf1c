import { randomUUID } from 'node:crypto'
import { EVERYBODY } from '../contract/index.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/ports.ts'
import { peopleOf } from '../models/broadcastAudience.ts'
import { toMark, type BroadcastRecord } from '../models/broadcast.model.ts'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { Ledger } from '../models/ledger.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import { peopleShown } from '../models/messageGrants.ts'
import type { MessageLog } from '../models/messageLog.ts'
import type { LedgerNews } from './ledgerNews.ts'
import { toPending } from './pendingBroadcasts.ts'

/** After so long without a sign another node takes up what one has begun. Renewed with each piece of recipients. */
const LEASE_MS = 20_000
/** Another node may have scheduled something since one last looked. */
const LOOK_MS = 30_000
const NOBODY_YET: ReadonlyMap<string, { readSeq: number }> = new Map()

interface Deps {
  models: Models
  log: MessageLog
  ledger: Ledger
  news: LedgerNews
  delivery: Delivery
  logger: Logger
  clock: Clock
}

export type BroadcastSender = ReturnType<typeof broadcastSender>

/**
 * Does what broadcasts are due for: sending, taking up what a crash interrupted, applying a changed text, reminding. Each step can be done
 * again: rows of recipients and the announcement have ids that follow from the broadcast's, so that two nodes at once, or one after another,
 * make one of each. The lease only spares work.
 */
export function broadcastSender({ models, log, ledger, news, delivery, logger, clock }: Deps) {
  const { Broadcast, Recipient } = models
  let callOff: (() => void) | undefined
  let isClosed = false
  let looking: Promise<void> = Promise.resolve()

  const leaseEnd = () => new Date(clock.now().getTime() + LEASE_MS)

  /** Looks at all that is due now, then waits for the next. One look at a time. */
  function wake(): Promise<void> {
    callOff?.()
    looking = looking.then(look)
    return looking
  }

  async function look(): Promise<void> {
    if (isClosed) return
    try {
      await workOff()
    } catch (error) {
      logger.error({ err: error }, 'a broadcast could not be sent, it will be tried again')
    }
    await rest()
  }

  async function workOff(): Promise<void> {
    const record = isClosed ? null : await claim()
    if (!record) return
    await work(record)
    await workOff()
  }

  async function rest(): Promise<void> {
    const next = await Broadcast.findOne({ dueAt: { $gt: NEVER } }, { dueAt: 1 }).sort({ dueAt: 1 }).lean().catch(() => null)
    if (isClosed) return
    const wait = next?.dueAt ? next.dueAt.getTime() - clock.now().getTime() : LOOK_MS
    callOff = clock.after(Math.min(Math.max(wait, 0), LOOK_MS), wake)
  }

  function claim(): Promise<BroadcastRecord | null> {
    const now = clock.now()
    return Broadcast.findOneAndUpdate(
      { dueAt: { $gt: NEVER, $lte: now } },
      { $set: { lease: randomUUID(), dueAt: leaseEnd() } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    ).lean()
  }

  async function work(record: BroadcastRecord): Promise<void> {
    if (record.state === 'scheduled' || record.state === 'sending') await send(record)
    else if (record.state === 'sent') {
      if (!record.isApplied) await apply(record)
      await remindIfDue(record)
    }
    await rested(record)
  }

  /** Nothing more to do before the next reminder; unless somebody has begun something else meanwhile. */
  async function rested({ _id, lease }: BroadcastRecord): Promise<void> {
    const now = await Broadcast.findById(_id, { reminders: 1 }).lean()
    // What is still being sent is looked at again when the lease ends.
    await Broadcast.updateOne({ _id, lease, state: { $ne: 'sending' } }, { $set: { dueAt: now?.reminders?.nextAt ?? null } })
  }

  async function send({ _id }: BroadcastRecord): Promise<void> {
    const record = await Broadcast.findOneAndUpdate(
      { _id, state: { $in: ['scheduled', 'sending'] } },
      { $set: { state: 'sending' }, $min: { claimedAt: clock.now() } },
      { returnDocument: 'after' },
    ).lean()
    // Cancelled at this moment.
    if (!record) return
    const recipientCount = record.isFrozen ? record.recipientCount : await freeze(record)
    const { record: message, repeated } = await log.append({
      conversationId: ANNOUNCEMENTS_OBJECT_ID,
      senderId: record.createdBy,
      receiverId: EVERYBODY,
      title: record.title === '' ? null : record.title,
      text: record.text,
      clientMessageId: _id.toHexString(),
      broadcast: toMark(record),
      ...(record.attachments.length > 0 && { attachments: record.attachments }),
      ...(record.audience.kind !== 'everybody' && { isTargeted: true as const }),
    })
    await ledger.place(_id, message.seq)
    await Broadcast.updateOne({ _id, state: 'sending' }, { $set: { state: 'sent', seq: message.seq, sentAt: message.createdAt, recipientCount } })
    // Whoever was connected to a node that crashed in between connects anew, and syncs.
    if (!repeated) delivery.broadcastMessage(toMessage(message, record.createdBy.toHexString(), NOBODY_YET), await audienceOf(message))
    news.moved(_id)
  }

  async function freeze(record: BroadcastRecord): Promise<number> {
    const { _id, audience, createdBy, claimedAt = clock.now() } = record
    for await (const people of peopleOf(models, audience, createdBy, claimedAt)) {
      await ledger.add(record, people)
      await Broadcast.updateOne({ _id }, { $set: { dueAt: leaseEnd() } })
      news.moved(_id)
    }
    const recipientCount = await Recipient.countDocuments({ broadcastId: _id })
    await Broadcast.updateOne({ _id }, { $set: { isFrozen: true, recipientCount } })
    return recipientCount
  }

  /** Undefined: everybody. */
  async function audienceOf(message: MessageRecord): Promise<string[] | undefined> {
    return message.isTargeted ? peopleShown(models, message) : undefined
  }

  /** The ledger and the announcement follow the newest text. */
  async function apply(record: BroadcastRecord): Promise<void> {
    const { _id, seq, title, text, revision, materialRevision, revisedAt } = record
    await ledger.reopen(_id, materialRevision)
    const editedAt = revisedAt ?? clock.now()
    const clientEditId = `revision-${revision}`
    const outcome = await log.change(ANNOUNCEMENTS_OBJECT_ID, seq ?? 0, (message) => {
      if (message.deletedAt || (message.broadcast?.revision ?? 0) >= revision) return null
      const edits = [...message.edits, { text: message.text, writtenAt: message.editedAt ?? message.createdAt, clientEditId }]
      return { title: title === '' ? null : title, text, editedAt, edits, broadcast: toMark(record) }
    })
    if (outcome?.changed) delivery.messageChanged(toMessage(outcome.record, record.createdBy.toHexString(), NOBODY_YET), (await audienceOf(outcome.record)) ?? EVERYBODY)
    await Broadcast.updateOne({ _id, revision }, { $set: { isApplied: true } })
    news.moved(_id)
  }

  /** Reminds those who are missing, and returns how many they are. */
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
    wake,
    remind,
    /**
     * Begins to look. Call it once, at start-up.
     * @param isAlone no other process uses this storage: whatever holds a lease is of one that has ended
     */
    async start(isAlone: boolean): Promise<void> {
      const now = clock.now()
      const begun = [{ state: 'sending' as const }, { state: 'sent' as const, isApplied: false }, { state: 'scheduled' as const, sendAt: null }, { state: 'scheduled' as const, sendAt: { $lte: now } }]
      if (isAlone) await Broadcast.updateMany({ $or: begun }, { $set: { dueAt: now } })
      void wake()
    },
    async close(): Promise<void> {
      isClosed = true
      callOff?.()
      await looking
    },
  }
}

const NEVER = new Date(0)
