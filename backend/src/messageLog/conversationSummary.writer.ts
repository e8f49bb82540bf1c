import { Types } from 'mongoose'
import { EVERYBODY } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import { createColdMessageRepository } from './coldMessage.repository.ts'
import type { Models } from '../models/index.ts'
import { toCopy, type MessageRecord } from '../models/message.model.ts'

interface DueSummary {
  newest: MessageRecord
  /** The last message of each sender, who has read up to there. */
  senders: Map<string, number>
}

/**
 * How far before the newest message `repair` looks. A summary is late by milliseconds, on an overloaded disk by
 * seconds.
 */
const MEND_WINDOW_MS = 2 * 60_000
/** The most messages that one command changes. */
const CHANGED_AT_ONCE = 100
/** The pause after the database refused a write, as MongoDB does while it elects a new primary. */
const RETRY_MS = 1000

/**
 * Writes the summary of a conversation: the copy of its newest message, and the senders' watermarks. For new messages
 * it runs later, so that an acknowledgement waits for one commit only, and a burst in one conversation costs few
 * writes.
 */
export interface ConversationSummaryWriter {
  /** Notes appended messages of a conversation. The summary is written soon. @param senders each sender's last place */
  noteAppended(newest: MessageRecord, senders: Map<string, number>): void
  /** Writes a changed message. Resolves when the summary has it. */
  writeChange(record: MessageRecord): Promise<void>
  /** Repairs the summaries that a crash left due. It does not disturb the writes of other nodes. */
  repair(): Promise<void>
  /** Resolves when every noted message is summarized. */
  settled(): Promise<void>
}

export function createConversationSummaryWriter(models: Models, logger: Logger): ConversationSummaryWriter {
  const { Message, Conversation, Participant, PendingChange } = models
  const cold = createColdMessageRepository(models)
  const due = new Map<string, DueSummary>()
  /** Resolves when every noted message is summarized. */
  let settled: Promise<void> = Promise.resolve()

  function noteAppended(newest: MessageRecord, senders: Map<string, number>): void {
    if (due.size === 0) settled = settled.then(writeBehind)
    const key = newest.conversationId.toHexString()
    due.set(key, { newest, senders: new Map([...(due.get(key)?.senders ?? []), ...senders]) })
  }

  /**
   * Writes all summaries that are due. Messages that come during one write wait for the next, so that many
   * conversations cost two commands, not two each.
   */
  async function writeBehind(): Promise<void> {
    const batch = [...due.values()]
    due.clear()
    try {
      await write(batch)
    } catch (error) {
      logger.warn(
        { err: error, conversations: batch.length },
        'summaries of conversations could not be written, trying again',
      )
      setTimeout(() => batch.forEach(noteAgain), RETRY_MS).unref()
    }
  }

  function noteAgain({ newest, senders }: DueSummary): void {
    const since = due.get(newest.conversationId.toHexString())
    noteAppended(since?.newest ?? newest, new Map([...senders, ...(since?.senders ?? [])]))
  }

  /**
   * Writes through the collections, which take plain documents: casting each one by the schema would cost more than
   * storing it.
   */
  async function write(batch: DueSummary[]): Promise<void> {
    const changedAt = new Date()
    const conversations = batch.map(({ newest }) => {
      const { conversationId, seq, rev, createdAt } = newest
      // Another node may have written a newer message, so a summary only moves forward.
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
        // Every user is in the broadcast conversation, with a document or without.
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

  async function writeChange(record: MessageRecord): Promise<void> {
    const { conversationId, seq, rev, createdAt } = record
    // The append of this message may not be summarized yet. That write will find this newer copy and leave it.
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

  async function repair(): Promise<void> {
    const [newest] = await Message.find({}, { _id: 1 }).sort({ _id: -1 }).limit(1).lean()
    if (!newest) return
    const since = Types.ObjectId.createFromTime((newest._id.getTimestamp().getTime() - MEND_WINDOW_MS) / 1000)
    // One after the other, because a busy server has many.
    for await (const record of Message.find({ _id: { $gte: since } })
      .sort({ _id: 1 })
      .lean()
      .cursor())
      noteAppended(record, new Map([[record.senderId.toHexString(), record.seq]]))
    await settled
    for (const { _id, conversationId, seq } of await PendingChange.find().lean()) {
      // A command that changed many messages may have stopped before the noted one.
      const lastChanged = await Message.findOne({ conversationId }).sort({ rev: -1 }).lean()
      const record = await Message.findOne({ conversationId, seq }).lean()
      // Removes earlier texts from the copies of old messages.
      for (const changed of await Message.find({ conversationId })
        .sort({ rev: -1 })
        .limit(CHANGED_AT_ONCE)
        .lean<MessageRecord[]>())
        await cold.updateCopy(changed)
      if (lastChanged) await writeChange(lastChanged)
      if (record) await writeChange(record)
      await PendingChange.deleteOne({ _id })
    }
  }

  return { noteAppended, writeChange, repair, settled: () => settled }
}
