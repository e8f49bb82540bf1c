import { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import type { ConversationModel } from './conversation.model.ts'
import { conversationSummary } from './conversationSummary.ts'
import { duplicateKeyAt } from './duplicateKey.ts'
import type { MessageModel, MessageRecord } from './message.model.ts'
import type { ParticipantModel } from './participant.model.ts'

/** A message before it has its place. */
export type Draft = Pick<MessageRecord, 'conversationId' | 'senderId' | 'receiverId' | 'title' | 'text' | 'clientMessageId'>

export interface Appended {
  record: MessageRecord
  /** It was there before: the sender repeated a send whose answer was lost. */
  repeated: boolean
}

/** Appends messages to conversations: each gets the next `seq`, without holes, and is on disk when the promise resolves. */
export interface MessageLog {
  append(draft: Draft): Promise<Appended>
  /** The place of the newest message; 0 in an empty conversation. */
  lastSeq(conversationId: Types.ObjectId): Promise<number>
  /** Resolves when what was appended is to be seen in the conversations too (last message, sender's watermark). */
  settled(): Promise<void>
  /** Mends conversations whose newest messages were committed right before the server was killed. Call it once, at start-up. */
  mend(): Promise<void>
}

interface Waiting {
  draft: Draft
  resolve(appended: Appended): void
  reject(error: unknown): void
}

/** More would hold up the first of a batch; a conversation rarely has more than a few at once. */
const BATCH = 64

/**
 * Messages of one conversation that arrive while one is being written are gathered and written together, so that a busy
 * conversation costs one commit a batch instead of one a message. The unique indexes decide: who loses (another node
 * took the `seq`, or the message was there already) is written again, with what stood behind it, at the next place.
 */
export function messageLog(
  models: { Message: MessageModel; Conversation: ConversationModel; Participant: ParticipantModel },
  logger: Logger,
): MessageLog {
  const { Message } = models
  const summary = conversationSummary(models, logger)
  const queues = new Map<string, Waiting[]>()

  async function lastSeq(conversationId: Types.ObjectId): Promise<number> {
    const last = await Message.findOne({ conversationId }, { seq: 1 }).sort({ seq: -1 }).lean()
    return last?.seq ?? 0
  }

  async function drain(key: string, queue: Waiting[]): Promise<void> {
    let last: number | null = null
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH)
      try {
        last = await write(batch, queue, last)
      } catch (error) {
        last = null
        for (const { reject } of batch) reject(error)
      }
    }
    queues.delete(key)
  }

  /** Returns the last `seq` when it is known for certain. What could not be written at its place goes back to the head of the queue. */
  async function write(batch: Waiting[], queue: Waiting[], known: number | null): Promise<number | null> {
    const last = known ?? (await lastSeq(conversationOf(batch)))
    const createdAt = new Date()
    const placed = batch.map((waiting, index) => ({
      waiting,
      record: { _id: new Types.ObjectId(), ...waiting.draft, seq: last + 1 + index, createdAt },
    }))
    const refusedAt = await insertInOrder(Message, placed.map(({ record }) => record))
    const written = placed.slice(0, refusedAt ?? placed.length)
    for (const { waiting, record } of written) waiting.resolve({ record, repeated: false })
    const newest = written.at(-1)?.record
    if (newest) summary.follow(newest, new Map(written.map(({ record }) => [record.senderId.toHexString(), record.seq])))
    const [refused, ...others] = batch.slice(written.length)
    if (!refused) return last + written.length

    const first = await find(refused.draft)
    if (first) refused.resolve({ record: first, repeated: true })
    else others.unshift(refused)
    queue.unshift(...others)
    return first ? last + written.length : null
  }

  /** The message that a draft repeats. */
  function find({ senderId, clientMessageId }: Draft): Promise<MessageRecord | null> {
    return Message.findOne({ senderId, clientMessageId }).lean()
  }

  return {
    lastSeq,
    settled: summary.settled,
    mend: summary.mend,
    append(draft) {
      return new Promise((resolve, reject) => {
        const key = draft.conversationId.toHexString()
        const queue = queues.get(key)
        if (queue) {
          queue.push({ draft, resolve, reject })
          return
        }
        const started = [{ draft, resolve, reject }]
        queues.set(key, started)
        void drain(key, started)
      })
    },
  }
}

function conversationOf(batch: Waiting[]): Types.ObjectId {
  const [first] = batch
  if (!first) throw new Error('A batch is never empty')
  return first.draft.conversationId
}

/** Null when all were written; else the index of the first that a unique index refused, all before it being written. */
async function insertInOrder(Message: MessageModel, records: MessageRecord[]): Promise<number | null> {
  try {
    // Validated at the edge and complete: the collection takes them as they are, at half the cost of documents.
    await Message.collection.insertMany(records, { ordered: true })
    return null
  } catch (error) {
    const index = duplicateKeyAt(error)
    if (index === null) throw error
    return index
  }
}
