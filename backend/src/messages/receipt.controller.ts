import { Types } from 'mongoose'
import { z } from 'zod'
import {
  EVERYBODY,
  LIMITS,
  type MarkDeliveredInput,
  type MarkReadInput,
  type MarkUnreadInput,
  type MessageReceipt,
  type OwnReading,
  type Page,
  type Receipt,
  type SeenRange,
  type UnreadMark,
} from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { cursorSchema, idSchema, limitSchema, validate } from '../lib/validate.ts'
import type { BlockRecord } from '../models/block.model.ts'
import { type BlockRepository, blocksAgainstUser } from '../contacts/index.ts'
import type { ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { createReceiptRepository, type MessageLog, recipientsAmong } from '../messageLog/index.ts'
import { IS_MEMBER, type ParticipantRecord } from '../models/participant.model.ts'
import type { ReceiptKind } from '../models/receipt.model.ts'
import {
  memberIds,
  participantsOf,
  requireConversation,
  requireMessage,
  toOwnReading,
  usersHidingReceipts,
} from '../conversations/index.ts'
import { place } from '../lib/schemas/textSchemas.ts'

const seqSchema = z.number().int().min(0)
const placeSchema = z.strictObject({ conversationId: idSchema, seq: seqSchema })
const markReadSchema = placeSchema.extend({
  seenFrom: z.number().int().min(1).nullish(),
}) satisfies z.ZodType<MarkReadInput>
const markDeliveredSchema = z.strictObject({
  items: z.array(placeSchema).min(1).max(LIMITS.conversationsMax),
}) satisfies z.ZodType<MarkDeliveredInput>
const markUnreadSchema = z.strictObject({ conversationId: idSchema }) satisfies z.ZodType<MarkUnreadInput>
const receiptsSchema = z.strictObject({
  conversationId: idSchema,
  seq: place,
  cursor: cursorSchema(100).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})

export interface ReceiptControllerDeps {
  models: Models
  log: MessageLog
  delivery: Delivery
  blockRepository: BlockRepository
  receiptLimit: RateLimit
  /**
   * Updates the ledger of broadcasts. It runs before the watermark of the announcements is raised: after an
   * interruption in between, a repeat does both.
   */
  updateLedger: (userId: string, kind: ReceiptKind, range: SeenRange) => Promise<void>
}

/** How far users have received and read conversations. */
export interface ReceiptController {
  /**
   * Marks messages up to a place as read. The actor's own messages count as read. Announcements that the actor saw
   * count as opened in the ledger.
   * @throws AppError `invalid_input`, `not_found`
   */
  markRead(actor: Actor, input: unknown): Promise<Receipt>
  /**
   * Marks every message up to these places as delivered to the actor. Returns one receipt for each conversation, in the
   * order in which they are named first.
   * @throws AppError `invalid_input`, `rate_limited`, `not_found` (nothing is marked then)
   */
  markDelivered(actor: Actor, input: unknown): Promise<Receipt[]>
  /** Marks every message of these conversations as delivered. For `sync`, which has checked the conversations. */
  delivered(actor: Actor, conversations: ConversationRecord[]): Promise<void>
  /** Marks a conversation as unread for the actor. @throws AppError `invalid_input`, `not_found` */
  markUnread(actor: Actor, input: unknown): Promise<UnreadMark>
  /**
   * Returns when each recipient received and read a message. For its sender, and for admins in the broadcast
   * conversation.
   * @throws AppError `invalid_input`, `not_found`, `forbidden`
   */
  of(actor: Actor, input: unknown): Promise<Page<MessageReceipt>>
}

/** Creates the controller of receipts. */
export function createReceiptController({
  models,
  log,
  delivery,
  blockRepository,
  receiptLimit,
  updateLedger,
}: ReceiptControllerDeps): ReceiptController {
  const receipts = createReceiptRepository(models)

  /** Raises a watermark, never above the newest message and never down, and sends it to the users with access to it. */
  async function advance(
    actor: Actor,
    conversation: ConversationRecord,
    kind: ReceiptKind,
    { seq, seenFrom }: { seq: number; seenFrom?: number | null | undefined },
  ): Promise<Receipt> {
    const userId = new Types.ObjectId(actor.userId)
    // In a group of a thousand members, a delivery receipt of each member for each message would cost more than the
    // messages.
    if (kind === 'delivered' && isLarge(conversation)) return unchanged(conversation._id, userId)
    const known = await log.lastSeq(conversation._id, seq)
    const range = { from: seenFrom ?? 1, to: Math.min(seq, known) }
    if (conversation.kind === 'broadcast') {
      if (seenFrom === null) await updateLedger(actor.userId, 'delivered', range)
      else await updateLedger(actor.userId, kind, range)
    }
    const { isRaised, isExtended, isUnmarked, seen, ...watermarks } =
      kind === 'read' && range.from > 1
        ? await receipts.advanceSeen(conversation, userId, range)
        : await receipts.advance(conversation, userId, kind, range.to)
    const receipt: Receipt = { conversationId: conversation._id.toHexString(), userId: actor.userId, ...watermarks }
    if (isUnmarked)
      delivery.unreadMarked({ conversationId: receipt.conversationId, markedUnread: false }, [actor.userId])
    const own =
      kind === 'read' && (isRaised || isExtended)
        ? await ownReading(actor, conversation._id, { ...watermarks, seen })
        : undefined
    if (isRaised || isExtended) delivery.receiptMoved({ ...receipt, ...(own && { own }) }, [actor.userId])
    if (isRaised) await publishToOthers(actor, conversation, receipt)
    return { ...receipt, ...(own && { own }) }
  }

  /** Returns what the actor's other devices show now. Their lists wait for the summary, and so does this. */
  async function ownReading(
    actor: Actor,
    conversationId: Types.ObjectId,
    watermarks: Pick<ParticipantRecord, 'readSeq' | 'deliveredSeq' | 'seen'>,
  ): Promise<OwnReading | undefined> {
    await log.settled()
    const record = await models.Conversation.findById(conversationId).lean()
    return record
      ? toOwnReading(models, actor, record, { ...watermarks, markedUnread: false, isHidden: false })
      : undefined
  }

  async function unchanged(conversationId: Types.ObjectId, userId: Types.ObjectId): Promise<Receipt> {
    const row = await models.Participant.findOne({ conversationId, userId }, { readSeq: 1, deliveredSeq: 1 }).lean()
    return {
      conversationId: conversationId.toHexString(),
      userId: userId.toHexString(),
      deliveredSeq: row?.deliveredSeq ?? 0,
      readSeq: row?.readSeq ?? 0,
    }
  }

  async function publishToOthers(actor: Actor, conversation: ConversationRecord, receipt: Receipt): Promise<void> {
    const others = (await audience(actor, conversation)).filter((id) => id !== actor.userId)
    if (others.length === 0) return
    const hiding = await usersHidingReceipts(
      models,
      [actor.userId, ...others].map((id) => new Types.ObjectId(id)),
    )
    const [blind, seeing] = hiding.has(actor.userId)
      ? [others, []]
      : [others.filter((id) => hiding.has(id)), others.filter((id) => !hiding.has(id))]
    delivery.receiptMoved(receipt, seeing)
    delivery.receiptMoved({ ...receipt, readSeq: 0 }, blind)
  }

  /**
   * Returns the users to whom the actor's watermarks are sent. A user whom the actor blocks is left out, because that
   * user must not learn what arrives.
   */
  async function audience(actor: Actor, conversation: ConversationRecord): Promise<string[]> {
    if (conversation.kind === 'group') return isLarge(conversation) ? [] : memberIds(models, conversation._id)
    const other = participantsOf(conversation, actor.userId).find((id) => id !== actor.userId)
    return other === undefined || (await blockRepository.between(actor.userId, other)).own ? [] : [other]
  }

  return {
    async markRead(actor, input) {
      const { conversationId, ...reading } = validate(markReadSchema, input)
      await receiptLimit.take(actor.userId)
      return advance(actor, await requireConversation(models, actor, conversationId), 'read', reading)
    },

    async markDelivered(actor, input) {
      const { items } = validate(markDeliveredSchema, input)
      const places = new Map<string, number>()
      for (const { conversationId, seq } of items)
        places.set(conversationId, Math.max(seq, places.get(conversationId) ?? 0))
      await receiptLimit.take(actor.userId, places.size)
      const found = await inChunks([...places], async ([conversationId, seq]) => ({
        conversation: await requireConversation(models, actor, conversationId),
        seq,
      }))
      return inChunks(found, ({ conversation, seq }) => advance(actor, conversation, 'delivered', { seq }))
    },

    async delivered(actor, conversations) {
      await inChunks(conversations, (conversation) =>
        advance(actor, conversation, 'delivered', { seq: conversation.lastSeq }),
      )
    },

    async markUnread(actor, input) {
      const { conversationId } = validate(markUnreadSchema, input)
      const conversation = await requireConversation(models, actor, conversationId)
      await receipts.markUnread(conversation, new Types.ObjectId(actor.userId))
      const mark: UnreadMark = { conversationId, markedUnread: true }
      delivery.unreadMarked(mark, [actor.userId])
      return mark
    },

    async of(actor, input) {
      const { conversationId, seq, cursor, limit } = validate(receiptsSchema, input)
      const conversation = await requireConversation(models, actor, conversationId)
      const message = await requireMessage(models, actor, conversation, seq)
      const isSender = message.senderId.toHexString() === actor.userId
      if (!isSender && !(message.receiverId === EVERYBODY && actor.role === 'admin'))
        throw new AppError('receipts_for_sender_only')
      const after = cursor === undefined ? undefined : new Types.ObjectId(decodeCursor(idSchema, cursor))
      const isRecipient = conversation.kind === 'group' ? { ...IS_MEMBER, joinedSeq: { $lte: seq } } : {}
      const found = await models.Participant.find(
        { conversationId: conversation._id, ...isRecipient, ...(after && { userId: { $gt: after } }) },
        { userId: 1 },
      )
        .sort({ userId: 1 })
        .limit(limit + 1)
        .lean()
      const page = found.slice(0, limit).map(({ userId }) => userId)
      const last = page.at(-1)
      const others = page.filter((userId) => !userId.equals(message.senderId))
      const recipients = message.isTargeted ? await recipientsAmong(models, message, others) : others
      const senderId = message.senderId.toHexString()
      const [hiding, blocks, times] = await Promise.all([
        usersHidingReceipts(models, [...recipients, message.senderId]),
        conversation.kind === 'direct' ? blocksAgainstUser(models, senderId, recipients.map(String)) : NO_BLOCKS,
        receipts.of(conversation._id, seq, recipients),
      ])
      const isHidden = (userId: string) =>
        conversation.kind !== 'broadcast' && (hiding.has(userId) || hiding.has(senderId))
      const items = times.map(({ userId, deliveredAt, readAt }) => {
        // Receipts from after the beginning of the block are not shown.
        const visibleTime = (at: Date | null) =>
          at && at <= (blocks.get(userId)?.createdAt ?? at) ? at.toISOString() : null
        return { userId, deliveredAt: visibleTime(deliveredAt), readAt: isHidden(userId) ? null : visibleTime(readAt) }
      })
      return { items, nextCursor: found.length > limit && last ? encodeCursor(last.toHexString()) : null }
    },
  }
}

/** Watermarks of one request that move at once. More would keep the database from the requests of others. */
const CHUNK = 10

async function inChunks<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += CHUNK)
    results.push(...(await Promise.all(items.slice(from, from + CHUNK).map(act))))
  return results
}

const NO_BLOCKS: ReadonlyMap<string, BlockRecord> = new Map()

function isLarge({ group }: ConversationRecord): boolean {
  return !!group && group.memberCount > LIMITS.groupReceiptsMax
}
