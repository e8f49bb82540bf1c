import { Types } from 'mongoose'
import { EVERYBODY } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import type { ConversationModel } from './conversation.model.ts'
import type { MessageModel, MessageRecord } from './message.model.ts'
import type { ParticipantModel } from './participant.model.ts'

interface Behind {
  newest: MessageRecord
  /** Each sender has read up to their own last message. */
  senders: Map<string, number>
}

/** How far back `mend` looks from the newest message: a summary lags by milliseconds, by seconds on a struggling disk. */
const MEND_WINDOW_MS = 2 * 60_000
/** When the database refused, as MongoDB does while it elects a new primary. */
const RETRY_MS = 1000

/**
 * Keeps the copy of the newest message in its conversation, and the senders' watermarks. It runs behind the messages,
 * so that an acknowledgement waits for one commit only, and a burst in one conversation is summed up in few writes.
 */
export function conversationSummary(
  { Message, Conversation, Participant }: { Message: MessageModel; Conversation: ConversationModel; Participant: ParticipantModel },
  logger: Logger,
) {
  const behind = new Map<string, Behind>()
  const running = new Map<string, Promise<void>>()

  function follow(newest: MessageRecord, senders: Map<string, number>): void {
    const key = newest.conversationId.toHexString()
    behind.set(key, { newest, senders: new Map([...(behind.get(key)?.senders ?? []), ...senders]) })
    start(key)
  }

  function start(key: string): void {
    if (!running.has(key)) running.set(key, run(key).finally(() => running.delete(key)))
  }

  async function run(key: string): Promise<void> {
    for (let next = behind.get(key); next; next = behind.get(key)) {
      behind.delete(key)
      try {
        await write(next)
      } catch (error) {
        logger.warn({ err: error, conversationId: key }, 'a conversation is behind its messages, trying again')
        const since = behind.get(key)
        behind.set(key, { newest: since?.newest ?? next.newest, senders: new Map([...next.senders, ...(since?.senders ?? [])]) })
        setTimeout(() => start(key), RETRY_MS).unref()
        return
      }
    }
  }

  async function write({ newest, senders }: Behind): Promise<void> {
    const { conversationId, seq, createdAt } = newest
    // Everybody is in the broadcast conversation, with a row or without.
    const upsert = newest.receiverId === EVERYBODY
    await Promise.all([
      // Another node may have written a newer one: only forward.
      Conversation.updateOne({ _id: conversationId, lastSeq: { $lt: seq } }, { $set: { lastSeq: seq, lastMessage: newest, lastActivityAt: createdAt } }),
      ...[...senders].map(([userId, readSeq]) => Participant.updateOne({ conversationId, userId: new Types.ObjectId(userId) }, { $max: { readSeq } }, { upsert })),
    ])
  }

  async function mend(): Promise<void> {
    const [newest] = await Message.find({}, { _id: 1 }).sort({ _id: -1 }).limit(1).lean()
    if (!newest) return
    const since = Types.ObjectId.createFromTime((newest._id.getTimestamp().getTime() - MEND_WINDOW_MS) / 1000)
    const recent = await Message.find({ _id: { $gte: since } }).sort({ _id: 1 }).lean()
    for (const record of recent) follow(record, new Map([[record.senderId.toHexString(), record.seq]]))
    await settled()
  }

  async function settled(): Promise<void> {
    await Promise.all(running.values())
  }

  return { follow, mend, settled }
}
