import { Types } from 'mongoose'
import { z } from 'zod'
import {
  EVERYBODY,
  LIMITS,
  type Attachment,
  type ChangesPage,
  type Message,
  type MessagePage,
  type SendMessageInput,
} from '../contract/index.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import type { Instrumentation, MessageSent } from '../lib/instrumentation.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { createKeyedMutex } from '../lib/keyedMutex.ts'
import { fieldCode, idSchema, limitSchema, validate } from '../lib/validate.ts'
import { toAttachment } from '../models/attachment.model.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import { peerIdOf } from '../models/conversation.model.ts'
import type { BlockRepository } from '../contacts/index.ts'
import type { Models } from '../models/index.ts'
import { COPY_FIELDS, toMessage, type MessageCopy, type MessageRecord } from '../models/message.model.ts'
import {
  announcementsVisibleTo,
  type Appended,
  createMessageRepository,
  type Draft,
  type MessageLog,
} from '../messageLog/index.ts'
import {
  audienceOf,
  createMessageTargetFinder,
  type MessageTarget,
  type OwnConversation,
  receiptsIn,
  receiptsVisibleTo,
  requireConversation,
  userBlocked,
} from '../conversations/index.ts'
import { attachmentIds, clientKey, place, userLine, userText } from '../lib/schemas/textSchemas.ts'
import type { ModerationService } from '../moderation/index.ts'

const sendMessageSchema = z
  .strictObject({
    conversationId: idSchema.optional(),
    receiverId: z.union([idSchema, z.literal(EVERYBODY)], { error: fieldCode('must_be_receiver') }).optional(),
    title: userLine(LIMITS.titleMax).optional(),
    text: userText(LIMITS.messageMax),
    attachmentIds: attachmentIds.default([]),
    clientMessageId: clientKey,
  })
  .refine(({ text, attachmentIds }) => text !== '' || attachmentIds.length > 0, {
    path: ['text'],
    message: fieldCode('must_not_be_empty'),
  })
  .refine(({ conversationId, receiverId }) => (conversationId === undefined) !== (receiverId === undefined), {
    path: ['receiverId'],
    message: fieldCode('exactly_one_of', { fields: ['receiverId', 'conversationId'] }),
  }) satisfies z.ZodType<SendMessageInput>

const historySchema = z
  .strictObject({
    conversationId: idSchema,
    before: place.optional(),
    after: place.optional(),
    limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, {
    path: ['after'],
    message: fieldCode('at_most_one_of', { fields: ['before', 'after'] }),
  })

const changesSchema = z.strictObject({
  conversationId: idSchema,
  since: place,
  limit: limitSchema(LIMITS.changesMax, LIMITS.changesMax),
})

export interface MessageControllerDeps {
  models: Models
  log: MessageLog
  delivery: Delivery
  sendLimit: RateLimit
  historyLimit: RateLimit
  blockRepository: BlockRepository
  attachments: AttachmentRepository
  moderation: ModerationService
  announce: Announce
  instrumentation: Pick<Instrumentation, 'messageSent'>
}

/**
 * Sends an announcement to every user, with a ledger of its recipients, and tells the clients. A repeat of the
 * `clientMessageId` returns the first message. @throws AppError `unavailable`, `broadcast_state`
 */
export type Announce = (
  draft: Pick<Draft, 'senderId' | 'title' | 'text' | 'attachments' | 'clientMessageId'>,
) => Promise<Appended>

/** Sends messages and reads them. */
export interface MessageController {
  /**
   * Sends a message to a conversation, a user or every user. Resolves when it is on disk.
   * A repeat of a `clientMessageId` returns the first message, whatever else the repeat says.
   * @throws AppError `invalid_input`, `not_found`, `forbidden` (a broadcast by a user who is no admin),
   * `person_blocked`, `attachment_unavailable`, `muted`, `text_refused`, `rate_limited`; those of `Announce`
   */
  send(actor: Actor, input: unknown): Promise<Message>
  /**
   * Returns a page of a conversation: the newest messages, those right before a place, or those right after one.
   * @throws AppError `invalid_input`, `rate_limited`, `not_found`
   */
  history(actor: Actor, input: unknown): Promise<MessagePage>
  /**
   * Returns the messages of a conversation that changed after a `rev`.
   * @throws AppError `invalid_input`, `rate_limited`, `not_found`
   */
  changes(actor: Actor, input: unknown): Promise<ChangesPage>
}

/** Creates the controller of messages. */
export function createMessageController(deps: MessageControllerDeps): MessageController {
  const {
    models,
    log,
    delivery,
    sendLimit,
    historyLimit,
    blockRepository,
    attachments: attachmentRepository,
    moderation,
    announce,
  } = deps
  const { messageSent } = deps.instrumentation
  const runExclusive = createKeyedMutex()
  const targets = createMessageTargetFinder(models)

  /**
   * Returns the first message of a repeat as the actor sees it. A repeat may name another conversation; the one of the
   * first message counts.
   */
  async function asSeenNow(actor: Actor, record: MessageRecord): Promise<Message> {
    const conversation = await requireConversation(models, actor, record.conversationId.toHexString())
    await log.settled(conversation._id)
    return toMessage(
      record,
      actor.userId,
      receiptsIn(await receiptsVisibleTo(models, actor.userId, [conversation]), conversation._id),
    )
  }

  /**
   * Returns the users from whom a direct message must be hidden: the receiver, who has blocked the sender. The sender
   * cannot tell.
   * @throws AppError `person_blocked` when the sender has blocked the receiver, unless it is a repeat
   */
  async function blockedBy(
    actor: Actor,
    receiverId: string | null,
    clientMessageId: string,
  ): Promise<Types.ObjectId[]> {
    if (receiverId === null) return []
    const { own, other } = await blockRepository.between(actor.userId, receiverId)
    if (
      own &&
      !(await createMessageRepository(models).exists({ senderId: new Types.ObjectId(actor.userId), clientMessageId }))
    )
      throw userBlocked()
    return other ? [other.blockerId] : []
  }

  /**
   * Claims the attachments of a message, so that no other message can have them.
   * @throws AppError `attachment_unavailable`, unless it is a repeat
   */
  async function attached(senderId: Types.ObjectId, clientMessageId: string, ids: string[]): Promise<Attachment[]> {
    if (ids.length === 0) return []
    const claimed = await attachmentRepository.claim(senderId, clientMessageId, ids)
    if (claimed) return claimed.map(toAttachment)
    if (await createMessageRepository(models).exists({ senderId, clientMessageId })) return []
    throw new AppError('attachment_unavailable')
  }

  function publishSent(kind: MessageSent['kind'], result: MessageSent['result'], arrivedAt?: number): void {
    if (!messageSent.hasSubscribers) return
    messageSent.publish({ kind, result, ms: arrivedAt === undefined ? 0 : performance.now() - arrivedAt })
  }

  async function send(actor: Actor, input: unknown): Promise<Message> {
    const { text, title, attachmentIds, clientMessageId, ...to } = validate<z.output<typeof sendMessageSchema>>(
      sendMessageSchema,
      input,
    )
    const arrivedAt = performance.now()
    await sendLimit.take(actor.userId)
    // One message of a sender after the other, up to the log, which keeps the order: the look-up of the conversation
    // takes longer for some messages than for others.
    const { conversation, hiddenFrom, appended } = await runExclusive(actor.userId, async () => {
      const conversation = await targets.find(to, actor)
      const receiverId = receiverOf(conversation, actor, title)
      const senderId = new Types.ObjectId(actor.userId)
      const refusal = moderation.refusal(actor.userId, [title, text])
      if (refusal && !(await createMessageRepository(models).exists({ senderId, clientMessageId }))) throw refusal
      const hiddenFrom = conversation.kind === 'direct' ? await blockedBy(actor, receiverId, clientMessageId) : []
      const attachments = await attached(senderId, clientMessageId, attachmentIds)
      const draft = {
        conversationId: conversation._id,
        senderId,
        receiverId,
        title: title === undefined || title === '' ? null : title,
        text,
        clientMessageId,
        ...(hiddenFrom.length > 0 && { hiddenFrom }),
        ...(attachments.length > 0 && { attachments }),
      }
      // Awaited here, so that announcements keep their order and a repeat finds the broadcast of the first request.
      if (conversation.kind === 'broadcast') return { conversation, hiddenFrom, appended: await announce(draft) }
      // Not awaited here: the next message need not wait until this one is on disk.
      return { conversation, hiddenFrom, appended: log.append(draft) }
    })
    const { record, repeated } = await appended
    if (repeated) {
      publishSent(conversation.kind, 'repeated', arrivedAt)
      return asSeenNow(actor, record)
    }
    moderation.reportWords(record)
    const message = toMessage(record, actor.userId, NO_RECEIPTS)
    // Nothing may be awaited between the log and here: the history of a user who joins the group meanwhile begins after
    // this message.
    if (conversation.kind !== 'broadcast')
      delivery.newMessage(
        message,
        hiddenFrom.length > 0 ? [actor.userId] : audienceOf(conversation, actor.userId),
        actor.connectionId,
      )
    publishSent(conversation.kind, 'kept', arrivedAt)
    return message
  }

  return {
    async send(actor, input) {
      try {
        return await send(actor, input)
      } catch (error) {
        publishSent('unknown', error instanceof AppError ? 'refused' : 'failed')
        throw error
      }
    },

    async history(actor, input) {
      const { conversationId, before, after, limit } = validate(historySchema, input)
      await historyLimit.take(actor.userId)
      const conversation = await requireConversation(models, actor, conversationId)
      const range = {
        $gte: conversation.firstSeq,
        ...(after !== undefined && { $gt: after }),
        ...(before !== undefined && { $lt: before }),
      }
      const forward = after !== undefined
      // Read before the messages: a change in between is in the page, and is sent once more by its `rev`.
      const [{ rev }] = await Promise.all([log.endOf(conversation._id), log.settled(conversation._id)])
      const [found, seen] = await Promise.all([
        createMessageRepository(models).find<MessageCopy>({
          filter: { conversationId: conversation._id, seq: range },
          projection: COPY_FIELDS,
          sort: { by: 'seq', direction: forward ? 1 : -1 },
          limit: limit + 1,
        }),
        receiptsVisibleTo(models, actor.userId, [conversation]),
      ])
      const page = found.slice(0, limit)
      if (!forward) page.reverse()
      const visibleAnnouncements = await announcementsVisibleTo(models, actor.userId, page)
      return {
        items: page.map((record) =>
          toMessage(record, actor.userId, receiptsIn(seen, conversation._id), visibleAnnouncements),
        ),
        hasMore: found.length > limit,
        rev,
      }
    },

    async changes(actor, input) {
      const { conversationId, since, limit } = validate(changesSchema, input)
      await historyLimit.take(actor.userId)
      const conversation = await requireConversation(models, actor, conversationId)
      const [end] = await Promise.all([log.endOf(conversation._id), log.settled(conversation._id)])
      const [found, seen] = await Promise.all([
        changesSince(models, conversation, since, limit + 1),
        receiptsVisibleTo(models, actor.userId, [conversation]),
      ])
      const page = found.slice(0, limit)
      const visibleAnnouncements = await announcementsVisibleTo(models, actor.userId, page)
      const items = page.map((record) =>
        toMessage(record, actor.userId, receiptsIn(seen, conversation._id), visibleAnnouncements),
      )
      const hasMore = found.length > limit
      return { items, hasMore, rev: Math.max(since, items.at(-1)?.rev ?? 0, hasMore ? 0 : end.rev) }
    },
  }
}

/**
 * Returns the messages whose last change came after `rev`, in the order of their changes. The cost grows with the
 * number of changes.
 */
export function changesSince(
  models: Pick<Models, 'Message' | 'ColdMessage'>,
  { _id, firstSeq }: Pick<OwnConversation, '_id' | 'firstSeq'>,
  rev: number,
  limit: number,
): Promise<MessageCopy[]> {
  const filter = { conversationId: _id, rev: { $gt: rev }, ...(firstSeq > 1 && { seq: { $gte: firstSeq } }) }
  return createMessageRepository(models).find<MessageCopy>({
    filter,
    projection: COPY_FIELDS,
    sort: { by: 'rev', direction: 1 },
    limit,
  })
}

const NO_RECEIPTS: ReadonlyMap<string, { readSeq: number }> = new Map()

/** Returns the receiver of a message. @throws AppError `forbidden`, `invalid_input` (a title where none is allowed) */
function receiverOf(conversation: MessageTarget, actor: Actor, title: string | undefined): string | null {
  if (conversation.kind === 'broadcast') {
    if (actor.role !== 'admin') throw new AppError('announcing_for_admins_only')
    return EVERYBODY
  }
  if (title !== undefined) throw invalidField('title', 'for_announcements_only')
  return peerIdOf(conversation, actor.userId)?.toHexString() ?? null
}
