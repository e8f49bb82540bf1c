import { Types } from 'mongoose'
import { EVERYBODY } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import { createColdMessageRepository } from './coldMessage.repository.ts'
import type { Models } from '../models/index.ts'
import { toCopy, type MessageRecord } from '../models/message.model.ts'

interface Behind {
  newest: MessageRecord
  /** Each sender has read up to their own last message. */
  senders: Map<string, number>
}

/** How far back `mend` looks from the newest message: a summary lags by milliseconds, by seconds on a struggling disk. */
const MEND_WINDOW_MS = 2 * 60_000
/** Changes that one command makes. */
const CHANGED_AT_ONCE = 100
/** When the database refused, as MongoDB does while it elects a new primary. */
const RETRY_MS = 1000

/**
 * Keeps the copy of the newest message in its conversation, and the senders' watermarks. For new messages it runs behind,
 * so that an acknowledgement waits for one commit only, and a burst in one conversation is summed up in few writes.
 */
export function createConversationSummaryWriter(models: Models, logger: Logger) {
  const { Message, Conversation, Participant, PendingChange } = models
  const cold = createColdMessageRepository(models)
  const behind = new Map<string, Behind>()
  /** Resolves when all that was followed so far is written. */
  let settled: Promise<void> = Promise.resolve()

  /** After messages were appended. */
  function follow(newest: MessageRecord, senders: Map<string, number>): void {
    if (behind.size === 0) settled = settled.then(writeBehind)
    const key = newest.conversationId.toHexString()
    behind.set(key, { newest, senders: new Map([...(behind.get(key)?.senders ?? []), ...senders]) })
  }

  /** What comes while one write is under way is gathered for the next: many conversations cost two commands, not two each. */
  async function writeBehind(): Promise<void> {
    const batch = [...behind.values()]
    behind.clear()
    try {
      await write(batch)
    } catch (error) {
      logger.warn({ err: error, conversations: batch.length }, 'conversations are behind their messages, trying again')
      setTimeout(() => batch.forEach(followAgain), RETRY_MS).unref()
    }
  }

  function followAgain({ newest, senders }: Behind): void {
    const since = behind.get(newest.conversationId.toHexString())
    follow(since?.newest ?? newest, new Map([...senders, ...(since?.senders ?? [])]))
  }

  /** By the collections, which take plain documents as they are: casting each by the schema would cost more than storing it. */
  async function write(batch: Behind[]): Promise<void> {
    const changedAt = new Date()
    const conversations = batch.map(({ newest }) => {
      const { conversationId, seq, rev, createdAt } = newest
      // Another node may have written a newer one: only forward.
      const filter = { _id: conversationId, lastSeq: { $lt: seq } }
      const update = {
        $set: { lastSeq: seq, lastMessage: toCopy(newest), lastActivityAt: createdAt },
        $max: { lastRev: rev, changedAt },
      }
      return { updateOne: { filter, update } }
    })
    const participants = batch.flatMap(({ newest: { conversationId, receiverId }, senders }) =>
      [...senders].map(([userId, seq]) => {
        const filter = { conversationId, userId: new Types.ObjectId(userId) }
        // Everybody is in the broadcast conversation, with a row or without.
        return {
          updateOne: {
            filter,
            update: { $max: { readSeq: seq, deliveredSeq: seq } },
            upsert: receiverId === EVERYBODY,
          },
        }
      }),
    )
    await Promise.all([
      Conversation.collection.bulkWrite(conversations, { ordered: false }),
      Participant.collection.bulkWrite(participants, { ordered: false }),
    ])
  }

  /** After a message was changed; resolves when the conversation says so too. */
  async function followChange(record: MessageRecord): Promise<void> {
    const { conversationId, seq, rev, createdAt } = record
    // Its own append may not be summed up yet; that one will find this newer one and leave it.
    const isNewest = { $or: [{ lastSeq: { $lt: seq } }, { lastSeq: seq, 'lastMessage.rev': { $lt: rev } }] }
    await Conversation.collection.bulkWrite([
      { updateOne: { filter: { _id: conversationId }, update: { $max: { lastRev: rev, changedAt: new Date() } } } },
      {
        updateOne: {
          filter: { _id: conversationId, ...isNewest },
          update: { $set: { lastSeq: seq, lastMessage: toCopy(record), lastActivityAt: createdAt } },
        },
      },
    ])
  }

  /** Mends what a crash left behind. To what other nodes are just doing it does no harm. */
  async function mend(): Promise<void> {
    const [newest] = await Message.find({}, { _id: 1 }).sort({ _id: -1 }).limit(1).lean()
    if (!newest) return
    const since = Types.ObjectId.createFromTime((newest._id.getTimestamp().getTime() - MEND_WINDOW_MS) / 1000)
    // Not all at once: on a busy server it is many.
    for await (const record of Message.find({ _id: { $gte: since } })
      .sort({ _id: 1 })
      .lean()
      .cursor())
      follow(record, new Map([[record.senderId.toHexString(), record.seq]]))
    await settled
    for (const { _id, conversationId, seq } of await PendingChange.find().lean()) {
      // Of many that were to be changed at once, the one that was noted may not have been reached.
      const lastChanged = await Message.findOne({ conversationId }).sort({ rev: -1 }).lean()
      const record = await Message.findOne({ conversationId, seq }).lean()
      // What is left of former texts in copies of old messages.
      for (const changed of await Message.find({ conversationId })
        .sort({ rev: -1 })
        .limit(CHANGED_AT_ONCE)
        .lean<MessageRecord[]>())
        await cold.follow(changed)
      if (lastChanged) await followChange(lastChanged)
      if (record) await followChange(record)
      await PendingChange.deleteOne({ _id })
    }
  }

  return { follow, followChange, mend, settled: () => settled }
}
