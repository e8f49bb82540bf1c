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
  /** Whether this call took away the mark of being unread. */
  isUnmarked: boolean
}

export interface ReceiptTimes {
  userId: string
  deliveredAt: Date | null
  readAt: Date | null
}

type Place = Pick<ConversationRecord, '_id' | 'kind'>

/** Watermarks and when they moved. */
export function createReceiptRepository({
  Participant,
  Receipt,
  Conversation,
}: Pick<Models, 'Participant' | 'Receipt' | 'Conversation'>) {
  /** Raises a person's watermark. What is read is delivered too. `$max` decides when several connections speak at once. */
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

  /** So that a sync of both finds it. Elsewhere it concerns nobody else, and is noted in the row. */
  async function touch({ _id, kind }: Place): Promise<void> {
    if (kind === 'direct') await Conversation.collection.updateOne({ _id }, { $max: { changedAt: new Date() } })
  }

  /** When a message was delivered to and read by these people: one look at the index for each of them and kind. */
  function of(conversationId: Types.ObjectId, seq: number, people: Types.ObjectId[]): Promise<ReceiptTimes[]> {
    const firstMove = (userId: Types.ObjectId, kind: ReceiptKind) =>
      Receipt.findOne({ conversationId, userId, kind, seq: { $gte: seq } }, { at: 1 })
        .sort({ seq: 1 })
        .lean()
    return Promise.all(
      people.map(async (userId) => {
        const [delivered, read] = await Promise.all([firstMove(userId, 'delivered'), firstMove(userId, 'read')])
        // Who reads at once may never have said that it was delivered.
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

/** Two upserts of one row at once: the second finds it when it tries again. */
async function unlessBegun<T>(write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (duplicateKeyAt(error) === null) throw error
    return write()
  }
}

/** What a row of a broadcast or a group says for the person's own other devices to find. */
function noted({ kind }: Place): { changedAt?: Date } {
  return kind === 'direct' ? {} : { changedAt: new Date() }
}
