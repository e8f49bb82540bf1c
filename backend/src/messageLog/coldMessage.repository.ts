import type { Types } from 'mongoose'
import { createHasColdMessages } from './hasColdMessages.cache.ts'
import { areAllDuplicates, duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { ColdMark } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'

/**
 * How long after its numbers were assigned a message may be moved. It is longer than a node trusts its knowledge of a
 * conversation's end (messageLog.service.ts).
 */
export const SETTLED_MS = 3600_000

/**
 * Moves messages to the cold collection, and brings them back. docs/adr/0003 proves that no number is assigned twice.
 * In short: a cold copy is never removed and never gets an older `rev`, a message leaves `messages` only when its copy
 * is equal, and the message with the highest number stays.
 */
export interface ColdMessageRepository {
  /** Stores which messages are to be moved. All numbers up to `mark.rev` must have been assigned by `mark.at`. */
  planMove(conversationId: Types.ObjectId, mark: ColdMark): Promise<void>
  /** Stores that every message of a mark was moved. */
  finishMove(conversationId: Types.ObjectId, mark: ColdMark): Promise<void>
  /** Copies up to `limit` messages of a mark that is an hour old. Pass them to `removeCopied` after `COPIED_MS`. */
  copyMovable(conversationId: Types.ObjectId, mark: ColdMark, limit: number): Promise<MessageRecord[]>
  /**
   * Removes copied messages from `messages`, except those that were changed since.
   * @returns how many were removed
   */
  removeCopied(copied: readonly MessageRecord[]): Promise<number>
  /** Returns a message for a change, brought back to `messages` when it is cold; null when there is none. */
  restore(conversationId: Types.ObjectId, seq: number): Promise<MessageRecord | null>
  /** Does the same for many messages of a conversation, in the order of their places. */
  restoreMany(conversationId: Types.ObjectId, seqs: readonly number[]): Promise<MessageRecord[]>
  /**
   * Removes a former text from the cold copy after a change. A copy of the last seconds is overwritten by
   * `removeCopied` instead.
   */
  updateCopy(record: MessageRecord): Promise<void>
  /** Returns the cold messages that these drafts repeat, by `clientMessageId`. */
  findRepeats(drafts: readonly Pick<MessageRecord, 'senderId' | 'clientMessageId'>[]): Promise<MessageRecord[]>
}

/** Creates the repository of cold messages. */
export function createColdMessageRepository({
  Message,
  ColdMessage,
  Conversation,
}: Pick<Models, 'Message' | 'ColdMessage' | 'Conversation'>): ColdMessageRepository {
  const isUsed = createHasColdMessages(ColdMessage)

  /** Copies messages to the cold collection where it has no newer copy. */
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
    async planMove(conversationId, mark) {
      await Conversation.collection.updateOne({ _id: conversationId }, { $set: { cold: mark } })
    },

    async finishMove(conversationId, { at }) {
      await Conversation.collection.updateOne(
        { _id: conversationId, 'cold.at': at },
        { $set: { 'cold.isMoved': true } },
      )
    },

    async copyMovable(conversationId, mark, limit) {
      if (Date.now() - mark.at.getTime() < SETTLED_MS) return []
      const [newest, lastChanged] = await Promise.all([
        Message.findOne({ conversationId }, { seq: 1 }).sort({ seq: -1 }).lean(),
        Message.findOne({ conversationId }, { rev: 1 }).sort({ rev: -1 }).lean(),
      ])
      if (!newest || !lastChanged) return []
      const found = await Message.find({
        conversationId,
        seq: { $lte: Math.min(mark.seq, newest.seq - 1) },
        rev: { $lte: Math.min(mark.rev, lastChanged.rev - 1) },
      })
        .sort({ seq: 1 })
        .limit(limit)
        .lean<MessageRecord[]>()
      await copy(found)
      return found
    },

    async removeCopied(copied) {
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

    async restoreMany(conversationId, seqs) {
      const found = await Message.find({ conversationId, seq: { $in: seqs } })
        .sort({ seq: 1 })
        .lean<MessageRecord[]>()
      if (found.length === seqs.length || !(await isUsed())) return found
      const known = new Set(found.map(({ seq }) => seq))
      const back = await Promise.all(seqs.filter((seq) => !known.has(seq)).map((seq) => restore(conversationId, seq)))
      return [...found, ...back.filter((record) => record !== null)].toSorted((a, b) => a.seq - b.seq)
    },

    restore,
    updateCopy,

    async findRepeats(drafts) {
      if (!(await isUsed())) return []
      return ColdMessage.find({
        senderId: { $in: drafts.map(({ senderId }) => senderId) },
        clientMessageId: { $in: drafts.map(({ clientMessageId }) => clientMessageId) },
      }).lean<MessageRecord[]>()
    },
  }

  async function updateCopy(record: MessageRecord): Promise<void> {
    if (await isUsed()) await overwrite(record)
  }

  async function overwrite(record: MessageRecord): Promise<void> {
    await ColdMessage.collection.replaceOne({ ...keyOf(record), rev: { $lt: record.rev } }, record)
  }

  async function restore(conversationId: Types.ObjectId, seq: number): Promise<MessageRecord | null> {
    const found = await Message.findOne({ conversationId, seq }).lean<MessageRecord>()
    if (found) return found
    const cold = await ColdMessage.findOne({ conversationId, seq }).lean<MessageRecord>()
    if (!cold) return null
    try {
      await Message.collection.insertOne(cold)
    } catch (error) {
      // Another request has brought it back, and may have changed it since.
      if (duplicateKeyAt(error) === null) throw error
    }
    return Message.findOne({ conversationId, seq }).lean<MessageRecord>()
  }
}

/**
 * Returns the filter of a message. It names the conversation beside the id, so that a sharded MongoDB asks one shard.
 */
function keyOf({ _id, conversationId, seq }: MessageRecord) {
  return { _id, conversationId, seq }
}
