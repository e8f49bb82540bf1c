import type { Types } from 'mongoose'
import { mergeSeen, type Reading, type SeenRange } from '../contract/index.ts'
import type { ConversationRecord } from '../models/conversation.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { orderTime } from '../lib/orderClock.ts'
import type { Models } from '../models/index.ts'
import type { ParticipantRecord } from '../models/participant.model.ts'
import type { ReceiptKind } from '../models/receipt.model.ts'

export interface Advanced extends Reading {
  deliveredSeq: number
  /** Whether this call raised the watermark. */
  isRaised: boolean
  /** Whether this call added messages that were seen after the watermark. */
  isExtended: boolean
  /** Whether this call cleared the unread mark. */
  isUnmarked: boolean
}

/**
 * The most ranges that are kept beside a watermark: each costs a count in lists. A jump within a conversation begins one,
 * and reading what was left out ends it. A user who makes more of them finds the messages of the first ones unread again.
 */
const SEEN_MAX = 20

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
  /**
   * Notes the messages of a range as read. The watermark follows where the range reaches it; otherwise the range is
   * kept beside it, so that no message before the range counts as read.
   */
  advanceSeen(conversation: Place, userId: Types.ObjectId, range: SeenRange): Promise<Advanced>
  /** Marks a conversation as unread for a user. */
  markUnread(conversation: Place, userId: Types.ObjectId): Promise<void>
  /** Returns when a message was delivered to and read by these users: one index look-up for each user and kind. */
  of(conversationId: Types.ObjectId, seq: number, userIds: Types.ObjectId[]): Promise<ReceiptTimes[]>
}

/** Creates the repository of receipts. */
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
    const update = kind === 'read' ? readTo(conversation, seq) : { $max: { deliveredSeq: seq } }
    const before = await unlessBegun(() =>
      Participant.findOneAndUpdate(key, update, { upsert: true, returnDocument: 'before' }).lean(),
    )
    if (kind === 'read') return finish(conversation, userId, before, { from: 1, to: seq })
    const { deliveredSeq = 0, readSeq = 0, seen } = before ?? {}
    const isRaised = seq > deliveredSeq
    if (isRaised) await noteMove(conversation, userId, kind, seq)
    return {
      ...mergeSeen(readSeq, seen ?? []),
      deliveredSeq: Math.max(deliveredSeq, seq),
      isRaised,
      isExtended: false,
      isUnmarked: false,
    }
  }

  async function advanceSeen(conversation: Place, userId: Types.ObjectId, range: SeenRange): Promise<Advanced> {
    const key = { conversationId: conversation._id, userId }
    // Nearly every range begins at the watermark.
    const reached = await Participant.findOneAndUpdate(
      { ...key, readSeq: { $gte: range.from - 1 } },
      readTo(conversation, range.to),
      { returnDocument: 'before' },
    ).lean()
    if (reached) return finish(conversation, userId, reached, range)
    if (range.from <= 1) return advance(conversation, userId, 'read', range.to)
    const before = await unlessBegun(() =>
      Participant.findOneAndUpdate(
        key,
        {
          $push: { seen: { $each: [range], $slice: -SEEN_MAX } },
          $max: { deliveredSeq: range.to },
          $set: { markedUnread: false, ...noted(conversation) },
        },
        { upsert: true, returnDocument: 'before' },
      ).lean(),
    )
    return finish(conversation, userId, before, range)
  }

  /** Raises the watermark over the ranges that it reaches now. @param before as it was before `range` was written */
  async function finish(
    conversation: Place,
    userId: Types.ObjectId,
    before: ParticipantRecord | null,
    range: SeenRange,
  ): Promise<Advanced> {
    const { readSeq = 0, deliveredSeq = 0, seen = [], markedUnread = false } = before ?? {}
    const known = mergeSeen(readSeq, seen)
    const reading = mergeSeen(readSeq, [...seen, range])
    if (seen.some(({ to }) => to <= reading.readSeq) || (reading.readSeq > readSeq && reading.readSeq !== range.to)) {
      await Participant.updateOne(
        { conversationId: conversation._id, userId },
        {
          $max: { readSeq: reading.readSeq, deliveredSeq: reading.readSeq },
          $pull: { seen: { to: { $lte: reading.readSeq } } },
        },
      )
    }
    const isRaised = reading.readSeq > readSeq
    const isExtended = placesOf(reading) > placesOf(known)
    if (isRaised) await noteMove(conversation, userId, 'read', reading.readSeq)
    else if (isExtended) await touch(conversation)
    return {
      ...reading,
      deliveredSeq: Math.max(deliveredSeq, range.to),
      isRaised,
      isExtended,
      isUnmarked: markedUnread,
    }
  }

  async function noteMove(conversation: Place, userId: Types.ObjectId, kind: ReceiptKind, seq: number): Promise<void> {
    await Promise.all([
      Receipt.collection.insertOne({ conversationId: conversation._id, userId, kind, seq, at: new Date() }),
      touch(conversation),
    ])
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
    if (kind === 'direct') await Conversation.collection.updateOne({ _id }, { $max: { changedAt: orderTime() } })
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

  return { advance, advanceSeen, markUnread, of }
}

/** Returns the update that reads every message up to a place. */
function readTo(conversation: Place, seq: number) {
  return {
    $max: { readSeq: seq, deliveredSeq: seq },
    $set: { markedUnread: false, ...noted(conversation) },
  }
}

/** Returns how many places a user has read. */
function placesOf({ readSeq, seen }: Reading): number {
  return seen.reduce((sum, { from, to }) => sum + to - from + 1, readSeq)
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
  return kind === 'direct' ? {} : { changedAt: orderTime() }
}
