import type { Types } from 'mongoose'
import type { ConversationRecord } from '../models/conversation.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import type { ReceiptKind } from '../models/receipt.model.ts'

export interface Advanced {
  deliveredSeq: number
  readSeq: number
  /** Whether this call raised the watermark. */
  isRaised: boolean
  /** Whether this call cleared the unread mark. */
  isUnmarked: boolean
}

export interface ReceiptTimes {
  userId: string
  deliveredAt: Date | null
  readAt: Date | null
}

type Place = Pick<ConversationRecord, '_id' | 'kind'>

/** The watermarks of users in conversations, and when they moved. */
export interface ReceiptRepository {
  /**
   * Raises a user's watermark. A read message is delivered too. `$max` decides when several connections write at the
   * same time.
   */
  advance(conversation: Place, userId: Types.ObjectId, kind: ReceiptKind, seq: number): Promise<Advanced>
  /** Marks a conversation as unread for a user. */
  markUnread(conversation: Place, userId: Types.ObjectId): Promise<void>
  /** Returns when a message was delivered to and read by these users: one index look-up for each user and kind. */
  of(conversationId: Types.ObjectId, seq: number, userIds: Types.ObjectId[]): Promise<ReceiptTimes[]>
}

export function createReceiptRepository({
  Participant,
  Receipt,
  Conversation,
}: Pick<Models, 'Participant' | 'Receipt' | 'Conversation'>): ReceiptRepository {
  async function advance(
    conversation: Place,
    userId: Types.ObjectId,
    kind: ReceiptKind,
    seq: number,
  ): Promise<Advanced> {
    const key = { conversationId: conversation._id, userId }
    const read = { $max: { readSeq: seq, deliveredSeq: seq }, $set: { markedUnread: false, ...noted(conversation) } }
    const update = kind === 'read' ? read : { $max: { deliveredSeq: seq } }
    const before = await unlessBegun(() =>
      Participant.findOneAndUpdate(key, update, { upsert: true, returnDocument: 'before' }).lean(),
    )
    const [deliveredSeq, readSeq] = [before?.deliveredSeq ?? 0, before?.readSeq ?? 0]
    const isRaised = seq > (kind === 'read' ? readSeq : deliveredSeq)
    if (isRaised) {
      await Promise.all([Receipt.collection.insertOne({ ...key, kind, seq, at: new Date() }), touch(conversation)])
    }
    return {
      deliveredSeq: Math.max(deliveredSeq, seq),
      readSeq: kind === 'read' ? Math.max(readSeq, seq) : readSeq,
      isRaised,
      isUnmarked: kind === 'read' && before?.markedUnread === true,
    }
  }

  async function markUnread(conversation: Place, userId: Types.ObjectId): Promise<void> {
    const key = { conversationId: conversation._id, userId }
    await unlessBegun(() =>
      Participant.updateOne(key, { $set: { markedUnread: true, ...noted(conversation) } }, { upsert: true }),
    )
    await touch(conversation)
  }

  /**
   * Notes the change in a direct conversation, so that a sync of both users finds it. In other kinds it concerns the
   * user only, and is noted in the user's document.
   */
  async function touch({ _id, kind }: Place): Promise<void> {
    if (kind === 'direct') await Conversation.collection.updateOne({ _id }, { $max: { changedAt: new Date() } })
  }

  function of(conversationId: Types.ObjectId, seq: number, userIds: Types.ObjectId[]): Promise<ReceiptTimes[]> {
    const firstMove = (userId: Types.ObjectId, kind: ReceiptKind) =>
      Receipt.findOne({ conversationId, userId, kind, seq: { $gte: seq } }, { at: 1 })
        .sort({ seq: 1 })
        .lean()
    return Promise.all(
      userIds.map(async (userId) => {
        const [delivered, read] = await Promise.all([firstMove(userId, 'delivered'), firstMove(userId, 'read')])
        // A client that shows a message at once may send the read receipt only.
        const deliveredAt = earlier(delivered?.at ?? null, read?.at ?? null)
        return { userId: userId.toHexString(), deliveredAt, readAt: read?.at ?? null }
      }),
    )
  }

  return { advance, markUnread, of }
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}

/** Writes again when two upserts of one document crossed: the second try finds the document. */
async function unlessBegun<T>(write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (duplicateKeyAt(error) === null) throw error
    return write()
  }
}

/**
 * Returns the fields of a document in a broadcast or group conversation by which the user's other devices find the
 * change.
 */
function noted({ kind }: Place): { changedAt?: Date } {
  return kind === 'direct' ? {} : { changedAt: new Date() }
}
