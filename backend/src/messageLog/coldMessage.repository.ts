import type { Types } from 'mongoose'
import { createHasColdMessages } from './hasColdMessages.cache.ts'
import { areAllDuplicates, duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { ColdMark } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'

/** How long before a message is moved its numbers have been given: longer than a node goes by what it knows of a conversation's end (messageLog.ts). */
export const SETTLED_MS = 3600_000

/**
 * Moves messages to the cold collection, and takes them back. docs/adr/0003 proves that no number is given twice. In short: the cold copy is never
 * removed and never goes back to an older `rev`, a message leaves `messages` only as it is in the copy, and whoever has the highest number stays.
 */
export function createColdMessageRepository({
  Message,
  ColdMessage,
  Conversation,
}: Pick<Models, 'Message' | 'ColdMessage' | 'Conversation'>) {
  const isUsed = createHasColdMessages(ColdMessage)

  /** Puts messages as they are into the cold collection, where no newer copy is there. */
  async function copy(records: readonly MessageRecord[]): Promise<void> {
    if (records.length === 0) return
    const writes = records.map((record) => ({
      replaceOne: { filter: { ...keyOf(record), rev: { $lte: record.rev } }, replacement: record, upsert: true },
    }))
    try {
      await ColdMessage.collection.bulkWrite(writes, { ordered: false })
    } catch (error) {
      if (!areAllDuplicates(error)) throw error
    }
  }

  return {
    /** Notes what is to be moved. All up to `mark.rev` must have been given by `mark.at`. */
    async plan(conversationId: Types.ObjectId, mark: ColdMark): Promise<void> {
      await Conversation.collection.updateOne({ _id: conversationId }, { $set: { cold: mark } })
    },

    /** Nothing is left to be moved by that mark. */
    async moved(conversationId: Types.ObjectId, { at }: ColdMark): Promise<void> {
      await Conversation.collection.updateOne(
        { _id: conversationId, 'cold.at': at },
        { $set: { 'cold.isMoved': true } },
      )
    },

    /** Copies up to so many messages that may be moved by a mark that is an hour old. They are to be `taken` some seconds later. */
    async copied(conversationId: Types.ObjectId, cold: ColdMark, limit: number): Promise<MessageRecord[]> {
      if (Date.now() - cold.at.getTime() < SETTLED_MS) return []
      const [newest, lastChanged] = await Promise.all([
        Message.findOne({ conversationId }, { seq: 1 }).sort({ seq: -1 }).lean(),
        Message.findOne({ conversationId }, { rev: 1 }).sort({ rev: -1 }).lean(),
      ])
      if (!newest || !lastChanged) return []
      const found = await Message.find({
        conversationId,
        seq: { $lte: Math.min(cold.seq, newest.seq - 1) },
        rev: { $lte: Math.min(cold.rev, lastChanged.rev - 1) },
      })
        .sort({ seq: 1 })
        .limit(limit)
        .lean<MessageRecord[]>()
      await copy(found)
      return found
    },

    /**
     * Takes copied messages out of `messages`, but for those that were changed since. Call it `COPIED_MS` after they were copied.
     * @returns how many went
     */
    async taken(copied: readonly MessageRecord[]): Promise<number> {
      if (copied.length === 0) return 0
      const deletes = copied.map(({ _id, conversationId, rev }) => ({
        deleteOne: { filter: { _id, conversationId, rev } },
      }))
      const { deletedCount } = await Message.collection.bulkWrite(deletes, { ordered: false })
      if (deletedCount === copied.length) return deletedCount
      const changed = await Message.find({ _id: { $in: copied.map(({ _id }) => _id) } }).lean<MessageRecord[]>()
      for (const record of changed) await overwrite(record)
      return deletedCount
    },

    /** Messages to be changed, in the order of their places: brought back where they are cold. */
    async hotMany(conversationId: Types.ObjectId, seqs: readonly number[]): Promise<MessageRecord[]> {
      const found = await Message.find({ conversationId, seq: { $in: seqs } })
        .sort({ seq: 1 })
        .lean<MessageRecord[]>()
      if (found.length === seqs.length || !(await isUsed())) return found
      const known = new Set(found.map(({ seq }) => seq))
      const back = await Promise.all(seqs.filter((seq) => !known.has(seq)).map((seq) => hot(conversationId, seq)))
      return [...found, ...back.filter((record) => record !== null)].toSorted((a, b) => a.seq - b.seq)
    },

    hot,
    follow,

    /** Which of these were sent before and are cold now, by `clientMessageId`. */
    async repeats(drafts: readonly Pick<MessageRecord, 'senderId' | 'clientMessageId'>[]): Promise<MessageRecord[]> {
      if (!(await isUsed())) return []
      return ColdMessage.find({
        senderId: { $in: drafts.map(({ senderId }) => senderId) },
        clientMessageId: { $in: drafts.map(({ clientMessageId }) => clientMessageId) },
      }).lean<MessageRecord[]>()
    },
  }

  /** After a change: what is left of a former text in the copy goes. A copy that was made in the last seconds is overwritten when it is `taken`. */
  async function follow(record: MessageRecord): Promise<void> {
    if (await isUsed()) await overwrite(record)
  }

  async function overwrite(record: MessageRecord): Promise<void> {
    await ColdMessage.collection.replaceOne({ ...keyOf(record), rev: { $lt: record.rev } }, record)
  }

  /** A message to be changed: brought back when it is cold; null when there is none. */
  async function hot(conversationId: Types.ObjectId, seq: number): Promise<MessageRecord | null> {
    const found = await Message.findOne({ conversationId, seq }).lean<MessageRecord>()
    if (found) return found
    const cold = await ColdMessage.findOne({ conversationId, seq }).lean<MessageRecord>()
    if (!cold) return null
    try {
      await Message.collection.insertOne(cold)
    } catch (error) {
      // Somebody else has brought it back, and may have changed it since.
      if (duplicateKeyAt(error) === null) throw error
    }
    return Message.findOne({ conversationId, seq }).lean<MessageRecord>()
  }
}

/** The place is named beside the id: by it a sharded MongoDB knows whom to ask. */
function keyOf({ _id, conversationId, seq }: MessageRecord) {
  return { _id, conversationId, seq }
}
