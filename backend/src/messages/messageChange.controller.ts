import { Types } from 'mongoose'
import { z } from 'zod'
import {
  LIMITS,
  type DeleteMessageInput,
  type EarlierText,
  type EditMessageInput,
  type Message,
} from '../contract/index.ts'
import { AppError, invalidField } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { idSchema, validate } from '../lib/validate.ts'
import { peerIdOf } from '../models/conversation.model.ts'
import { announcementsVisibleTo, createMessageRepository, type MessageLog, type Revision } from '../messageLog/index.ts'
import type { AttachmentRepository } from '../attachments/index.ts'
import type { BlockRepository } from '../contacts/index.ts'
import type { Models } from '../models/index.ts'
import { isHiddenFrom, toMessage, type MessageRecord } from '../models/message.model.ts'
import {
  audienceOfChange,
  messageNotFound,
  type OwnConversation,
  receiptsIn,
  receiptsVisibleTo,
  requireConversation,
  requireMessage,
  userBlocked,
} from '../conversations/index.ts'
import { clientKey, place, userText } from '../lib/schemas/textSchemas.ts'
import type { ModerationService } from '../moderation/index.ts'

const messageKey = { conversationId: idSchema, seq: place }
const editSchema = z.strictObject({
  ...messageKey,
  text: userText(LIMITS.messageMax),
  clientEditId: clientKey,
  fromRev: place.optional(),
}) satisfies z.ZodType<EditMessageInput>
const messageSchema = z.strictObject(messageKey) satisfies z.ZodType<DeleteMessageInput>

type Revise = (record: MessageRecord) => Revision | null

export interface MessageChangeControllerDeps {
  models: Models
  log: MessageLog
  delivery: Delivery
  sendLimit: RateLimit
  blockRepository: BlockRepository
  attachments: AttachmentRepository
  moderation: ModerationService
}

/** Edits and deletes messages. A repeat after a lost answer changes nothing. */
export interface MessageChangeController {
  /**
   * Replaces the text of the actor's own message. Earlier texts stay readable.
   * @throws AppError `invalid_input`, `not_found` (also for a deleted message), `forbidden` (the message of another
   * user; too many edits), `outdated_revision` (edited after `fromRev`), `person_blocked`, `muted`, `text_refused`, `rate_limited`
   */
  edit(actor: Actor, input: unknown): Promise<Message>
  /**
   * Deletes a message: the actor's own, for an admin any announcement, for an admin or owner of a group any message in
   * it. Its texts are removed, its place stays. When it resolves, the contents of its attachments are removed too,
   * unless another message has them.
   * @throws AppError `invalid_input`, `not_found`, `forbidden`, `rate_limited`
   */
  remove(actor: Actor, input: unknown): Promise<Message>
  /**
   * Returns the earlier texts of a message, oldest first; none for a deleted message.
   * @throws AppError `invalid_input`, `not_found`
   */
  edits(actor: Actor, input: unknown): Promise<{ items: EarlierText[] }>
}

/** Creates the controller of edits and deletions. */
export function createMessageChangeController(deps: MessageChangeControllerDeps): MessageChangeController {
  const { models, log, delivery, sendLimit, blockRepository, attachments, moderation } = deps

  /**
   * Changes a message and sends it. @param prepare looks at the conversation first, and returns the function that
   * changes the message
   */
  async function change(
    actor: Actor,
    input: DeleteMessageInput,
    prepare: (conversation: OwnConversation) => Promise<Revise> | Revise,
  ): Promise<Message> {
    await sendLimit.take(actor.userId)
    const conversation = await requireConversation(models, actor, input.conversationId)
    if (input.seq < conversation.firstSeq) throw messageNotFound()
    const revise = await prepare(conversation)
    // The recipients of an announcement never change, so they may be looked up before the change.
    const announcement =
      conversation.kind === 'broadcast'
        ? await createMessageRepository(models).find({
            filter: { conversationId: conversation._id, seq: input.seq },
            projection: { edits: 0 },
          })
        : []
    const visibleAnnouncements = await announcementsVisibleTo(models, actor.userId, announcement)
    const mayDeleteAny = conversation.kind === 'broadcast' && actor.role === 'admin'
    const outcome = await log.change(conversation._id, input.seq, (record) => {
      if (!mayDeleteAny && isHiddenFrom(record, actor.userId, visibleAnnouncements)) throw messageNotFound()
      if (record.kind === 'system') throw new AppError('system_message_fixed')
      return revise(record)
    })
    if (!outcome) throw messageNotFound()
    await log.settled(conversation._id)
    const receipts = receiptsIn(await receiptsVisibleTo(models, actor.userId, [conversation]), conversation._id)
    const message = toMessage(outcome.record, actor.userId, receipts, visibleAnnouncements)
    if (outcome.changed) moderation.reportWords(outcome.record)
    if (outcome.changed)
      delivery.messageChanged(message, await audienceOfChange(models, actor, conversation, outcome.record))
    return message
  }

  /**
   * Returns the users from whom an edited message must be hidden. An edit must not carry a text past a block, so the
   * message is hidden from a receiver who has blocked its sender.
   * @throws AppError `person_blocked`
   */
  async function usersToHideFrom(actor: Actor, conversation: OwnConversation): Promise<Types.ObjectId[]> {
    const peerId = conversation.kind === 'direct' ? peerIdOf(conversation, actor.userId) : null
    if (!peerId) return []
    const { own, other } = await blockRepository.between(actor.userId, peerId.toHexString())
    if (own) throw userBlocked()
    return other ? [other.blockerId] : []
  }

  return {
    edit(actor, input) {
      const { text, clientEditId, fromRev, ...key } = validate<z.output<typeof editSchema>>(editSchema, input)
      return change(actor, key, async (conversation) => {
        const hiddenFrom = await usersToHideFrom(actor, conversation)
        return (record) => {
          requireSender(record, actor, 'edits_own_messages_only')
          if (record.deletedAt) throw messageNotFound()
          if (record.broadcast) throw new AppError('announcement_has_broadcast')
          if (text === '' && !record.attachments?.length) throw invalidField('text', 'must_not_be_empty')
          if (record.text === text || record.edits.some((edit) => edit.clientEditId === clientEditId)) return null
          if (fromRev !== undefined && record.rev !== fromRev)
            throw new AppError('message_edited', { text: record.text, rev: record.rev })
          const refusal = moderation.refusal(actor.userId, [text])
          if (refusal) throw refusal
          if (record.edits.length >= LIMITS.editsMax) throw new AppError('too_many_edits', { max: LIMITS.editsMax })
          const edits = [
            ...record.edits,
            { text: record.text, writtenAt: record.editedAt ?? record.createdAt, clientEditId },
          ]
          return { text, editedAt: new Date(), edits, ...(hiddenFrom.length > 0 && { hiddenFrom }) }
        }
      })
    },

    async remove(actor, input) {
      const key = validate<z.output<typeof messageSchema>>(messageSchema, input)
      const message = await change(actor, key, async ({ _id, kind, role }) => {
        const record = await createMessageRepository(models).findOne({
          filter: { conversationId: _id, seq: key.seq },
          projection: { senderId: 1, clientMessageId: 1, attachments: 1 },
        })
        if (record?.attachments?.length) await attachments.beforeDelete(record.senderId, record.clientMessageId)
        return (record) => {
          const mayDeleteAny = kind === 'broadcast' ? actor.role === 'admin' : role === 'owner' || role === 'admin'
          if (!mayDeleteAny) requireSender(record, actor, 'deletes_own_messages_only')
          return record.deletedAt
            ? null
            : { title: null, text: '', attachments: [], edits: [], editedAt: null, deletedAt: new Date() }
        }
      })
      await attachments.afterDelete(new Types.ObjectId(message.senderId), message.clientMessageId)
      return message
    },

    async edits(actor, input) {
      const { conversationId, seq } = validate<z.output<typeof messageSchema>>(messageSchema, input)
      const { edits } = await requireMessage(
        models,
        actor,
        await requireConversation(models, actor, conversationId),
        seq,
      )
      return { items: edits.map(({ text, writtenAt }) => ({ text, writtenAt: writtenAt.toISOString() })) }
    },
  }
}

/** Checks that the actor is the sender. @throws AppError `forbidden` */
function requireSender(
  record: MessageRecord,
  actor: Actor,
  reason: 'edits_own_messages_only' | 'deletes_own_messages_only',
): void {
  if (!record.senderId.equals(new Types.ObjectId(actor.userId))) throw new AppError(reason)
}
