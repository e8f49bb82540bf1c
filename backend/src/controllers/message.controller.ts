import { Types } from 'mongoose'
import { z } from 'zod'
import {
  EVERYBODY,
  LIMITS,
  type MarkReadInput,
  type Message,
  type MessagePage,
  type ReadState,
  type SendMessageInput,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/ports.ts'
import { createTurns } from '../lib/turns.ts'
import { codePoints, idSchema, limitSchema, validate } from '../lib/validate.ts'
import { peerIdOf } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { toMessage } from '../models/message.model.ts'
import type { MessageLog } from '../models/messageLog.ts'
import { conversationFor, readersSeenBy, readsOf } from './conversationAccess.ts'
import { createTargets, type Target } from './messageTarget.ts'

const trimmedText = (max: number) =>
  z
    .string({ error: 'must be a text' })
    .refine((text) => codePoints(text) <= max, `must have at most ${max} characters`)
    .refine((text) => text.isWellFormed(), 'must be valid Unicode')
    .transform((text) => text.trim())

const sendMessageSchema = z
  .strictObject({
    conversationId: idSchema.optional(),
    receiverId: z.union([idSchema, z.literal(EVERYBODY)], { error: `must be a user's id or "${EVERYBODY}"` }).optional(),
    title: trimmedText(LIMITS.titleMax).optional(),
    text: trimmedText(LIMITS.messageMax).refine((text) => text !== '', 'must not be empty'),
    clientMessageId: z
      .string({ error: 'must be a text that is new for each message, such as a UUID' })
      .min(1, 'must not be empty')
      .max(LIMITS.clientMessageIdMax, `must have at most ${LIMITS.clientMessageIdMax} characters`),
  })
  .refine(({ conversationId, receiverId }) => (conversationId === undefined) !== (receiverId === undefined), {
    path: ['receiverId'],
    message: 'name either a receiverId or a conversationId',
  }) satisfies z.ZodType<SendMessageInput>

const place = z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(0, 'must be at least 0')

const historySchema = z
  .strictObject({
    conversationId: idSchema,
    before: place.optional(),
    after: place.optional(),
    limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, { path: ['after'], message: 'give before or after, not both' })

const markReadSchema = z.strictObject({
  conversationId: idSchema,
  seq: z.number({ error: 'must be a number' }).int('must be a whole number').min(0, 'must be at least 0'),
}) satisfies z.ZodType<MarkReadInput>

export type MessageController = ReturnType<typeof messageController>

export function messageController(deps: { models: Models; log: MessageLog; delivery: Delivery; sendLimit: RateLimit }) {
  const { models, log, delivery, sendLimit } = deps
  const inTurn = createTurns()
  const target = createTargets(models)

  return {
    /**
     * Sends a message to a conversation, a person or everybody; returns it when it is on disk.
     * A repeat of a `clientMessageId` returns the first message, whatever else it says.
     * @throws AppError `invalid_input`, `not_found`, `forbidden` (a broadcast by a member), `rate_limited`
     */
    async send(actor: Actor, input: unknown): Promise<Message> {
      const { text, title, clientMessageId, ...to } = validate<z.output<typeof sendMessageSchema>>(sendMessageSchema, input)
      await sendLimit.take(actor.userId)
      // In the sender's order up to the log, which keeps it: looking for the conversation takes longer for one message than for another.
      const { conversation, receiverId, appended } = await inTurn(actor.userId, async () => {
        const conversation = await target(to, actor)
        const receiverId = receiverOf(conversation, actor, title)
        const senderId = new Types.ObjectId(actor.userId)
        const draft = { conversationId: conversation._id, senderId, receiverId, title: title === undefined || title === '' ? null : title, text, clientMessageId }
        // Not awaited here: the next message need not wait until this one is on disk.
        return { conversation, receiverId, appended: log.append(draft) }
      })
      const { record, repeated } = await appended
      const message = toMessage(record, actor.userId, repeated ? await readsOf(models, record.conversationId, readersOf(record, actor)) : new Map())
      if (!repeated && receiverId === EVERYBODY) delivery.broadcastMessage(message)
      else if (!repeated) delivery.newMessage(message, readersSeenBy(conversation, actor.userId))
      return message
    },

    /**
     * A page of a conversation: the newest messages, those right before a place, or those right after one.
     * @throws AppError `invalid_input`, `not_found`
     */
    async history(actor: Actor, input: unknown): Promise<MessagePage> {
      const { conversationId, before, after, limit } = validate(historySchema, input)
      const conversation = await conversationFor(models, actor, conversationId)
      const range = after !== undefined ? { seq: { $gt: after } } : before !== undefined ? { seq: { $lt: before } } : {}
      const forward = after !== undefined
      const [found, reads] = await Promise.all([
        models.Message.find({ conversationId: conversation._id, ...range })
          .sort({ seq: forward ? 1 : -1 })
          .limit(limit + 1)
          .lean(),
        readsOf(models, conversation._id, readersSeenBy(conversation, actor.userId)),
      ])
      const page = found.slice(0, limit)
      if (!forward) page.reverse()
      return { items: page.map((record) => toMessage(record, actor.userId, reads)), hasMore: found.length > limit }
    },

    /**
     * Raises the actor's watermark; never above the newest message, never down.
     * @throws AppError `invalid_input`, `not_found`
     */
    async markRead(actor: Actor, input: unknown): Promise<ReadState> {
      const { conversationId, seq } = validate(markReadSchema, input)
      const conversation = await conversationFor(models, actor, conversationId)
      const key = { conversationId: conversation._id, userId: new Types.ObjectId(actor.userId) }
      const readSeq = Math.min(seq, await log.lastSeq(conversation._id))
      const before = await models.Participant.findOneAndUpdate(key, { $max: { readSeq } }, { upsert: true, returnDocument: 'before' }).lean()
      const state: ReadState = { conversationId, userId: actor.userId, readSeq: Math.max(readSeq, before?.readSeq ?? 0) }
      if (readSeq > (before?.readSeq ?? 0)) delivery.messagesRead(state, readersSeenBy(conversation, actor.userId))
      return state
    },
  }
}

/** @throws AppError `forbidden`, `invalid_input` (a title where there can be none) */
function receiverOf(conversation: Target, actor: Actor, title: string | undefined): string | null {
  if (conversation.kind === 'broadcast') {
    if (actor.role !== 'admin') throw new AppError('forbidden', 'Only admins can write to everybody.')
    return EVERYBODY
  }
  if (title !== undefined) {
    const message = 'only a message to everybody has one'
    throw new AppError('invalid_input', `title: ${message}`, { errors: [{ field: 'title', message }] })
  }
  return peerIdOf(conversation, actor.userId)?.toHexString() ?? null
}

function readersOf({ receiverId }: { receiverId: string | null }, actor: Actor): string[] {
  return receiverId === null || receiverId === EVERYBODY ? [actor.userId] : [actor.userId, receiverId]
}
