import { Types } from 'mongoose'
import { z } from 'zod'
import {
  LIMITS,
  type DeleteMessageInput,
  type EarlierText,
  type EditMessageInput,
  type Message,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { idSchema, validate } from '../lib/validate.ts'
import { peerIdOf } from '../models/conversation.model.ts'
import { createMessageRepository } from '../messageLog/message.repository.ts'
import type { AttachmentRepository } from '../attachments/attachment.repository.ts'
import type { BlockRepository } from '../contacts/block.repository.ts'
import type { Models } from '../models/index.ts'
import { isHiddenFrom, toMessage, type MessageRecord } from '../models/message.model.ts'
import type { Revision } from '../messageLog/messageChange.writer.ts'
import { announcementsVisibleTo } from '../messageLog/announcementVisibility.repository.ts'
import type { MessageLog } from '../messageLog/messageLog.service.ts'
import {
  audienceOfChange,
  userBlocked,
  requireConversation,
  requireMessage,
  messageNotFound,
  type OwnConversation,
} from '../conversations/conversationAccess.service.ts'
import { clientKey, place, trimmedText } from '../lib/textSchemas.ts'
import type { ModerationService } from '../moderation/moderation.service.ts'
import { receiptsIn, receiptsVisibleTo } from '../conversations/receiptVisibility.service.ts'

const messageKey = { conversationId: idSchema, seq: place }
const editSchema = z.strictObject({
  ...messageKey,
  text: trimmedText(LIMITS.messageMax),
  clientEditId: clientKey('edit'),
}) satisfies z.ZodType<EditMessageInput>
const messageSchema = z.strictObject(messageKey) satisfies z.ZodType<DeleteMessageInput>

type Revise = (record: MessageRecord) => Revision | null

export type MessageChangeController = ReturnType<typeof createMessageChangeController>

/** Editing and deleting. Both can be repeated when an answer was lost: a second time changes nothing. */
export function createMessageChangeController(deps: {
  models: Models
  log: MessageLog
  delivery: Delivery
  sendLimit: RateLimit
  blockRepository: BlockRepository
  attachments: AttachmentRepository
  moderation: ModerationService
}) {
  const { models, log, delivery, sendLimit, blockRepository, attachments, moderation } = deps

  /** @param prepare looks at the conversation first, and makes what is asked of each state of the message */
  async function change(
    actor: Actor,
    input: DeleteMessageInput,
    prepare: (conversation: OwnConversation) => Promise<Revise> | Revise,
  ): Promise<Message> {
    await sendLimit.take(actor.userId)
    const conversation = await requireConversation(models, actor, input.conversationId)
    if (input.seq < conversation.firstSeq) throw messageNotFound()
    const revise = await prepare(conversation)
    // Whom an announcement is for never changes, so it may be looked up before.
    const announcement =
      conversation.kind === 'broadcast'
        ? await createMessageRepository(models).find({
            filter: { conversationId: conversation._id, seq: input.seq },
            projection: { edits: 0 },
          })
        : []
    const visibleAnnouncements = await announcementsVisibleTo(models, actor.userId, announcement)
    const isRuler = conversation.kind === 'broadcast' && actor.role === 'admin'
    const outcome = await log.change(conversation._id, input.seq, (record) => {
      if (!isRuler && isHiddenFrom(record, actor.userId, visibleAnnouncements)) throw messageNotFound()
      if (record.kind === 'system') throw new AppError('forbidden', 'Nobody can change what tells of the group.')
      return revise(record)
    })
    if (!outcome) throw messageNotFound()
    const receipts = receiptsIn(await receiptsVisibleTo(models, actor.userId, [conversation]), conversation._id)
    const message = toMessage(outcome.record, actor.userId, receipts, visibleAnnouncements)
    if (outcome.changed) moderation.kept(outcome.record)
    if (outcome.changed)
      delivery.messageChanged(message, await audienceOfChange(models, actor, conversation, outcome.record))
    return message
  }

  /**
   * An edit must not carry a text past a block: for who has blocked its writer the message is hidden from then on.
   * @throws AppError `person_blocked`
   */
  async function hiddenAnew(actor: Actor, conversation: OwnConversation): Promise<Types.ObjectId[]> {
    const peerId = conversation.kind === 'direct' ? peerIdOf(conversation, actor.userId) : null
    if (!peerId) return []
    const { own, other } = await blockRepository.between(actor.userId, peerId.toHexString())
    if (own) throw userBlocked()
    return other ? [other.blockerId] : []
  }

  return {
    /**
     * Replaces the text of one's own message; earlier texts stay to be seen.
     * @throws AppError `invalid_input`, `not_found` (also when it was deleted), `forbidden` (somebody else's; edited too often), `muted`, `text_refused`, `rate_limited`
     */
    edit(actor: Actor, input: unknown): Promise<Message> {
      const { text, clientEditId, ...key } = validate<z.output<typeof editSchema>>(editSchema, input)
      return change(actor, key, async (conversation) => {
        const hiddenFrom = await hiddenAnew(actor, conversation)
        return (record) => {
          refuseOthers(record, actor, 'edit')
          if (record.deletedAt) throw messageNotFound()
          if (record.broadcast)
            throw new AppError('forbidden', 'This announcement is accounted for. Change it in its broadcast.')
          if (text === '' && !record.attachments?.length) throw emptyText()
          if (record.text === text || record.edits.some((edit) => edit.clientEditId === clientEditId)) return null
          const refusal = moderation.refusal(actor.userId, [text])
          if (refusal) throw refusal
          if (record.edits.length >= LIMITS.editsMax)
            throw new AppError('forbidden', `A message can be edited ${LIMITS.editsMax} times. Write a new one.`)
          const edits = [
            ...record.edits,
            { text: record.text, writtenAt: record.editedAt ?? record.createdAt, clientEditId },
          ]
          return { text, editedAt: new Date(), edits, ...(hiddenFrom.length > 0 && { hiddenFrom }) }
        }
      })
    },

    /**
     * Deletes one's own message, as an admin any announcement, as an admin or owner of a group any message there: its texts are gone,
     * its place stays. Contents of attachments that no other message has are gone when it resolves.
     * @throws AppError `invalid_input`, `not_found`, `forbidden`, `rate_limited`
     */
    async remove(actor: Actor, input: unknown): Promise<Message> {
      const key = validate<z.output<typeof messageSchema>>(messageSchema, input)
      const message = await change(actor, key, async ({ _id, kind, role }) => {
        const record = await createMessageRepository(models).findOne({
          filter: { conversationId: _id, seq: key.seq },
          projection: { senderId: 1, clientMessageId: 1, attachments: 1 },
        })
        if (record?.attachments?.length) await attachments.beforeDelete(record.senderId, record.clientMessageId)
        return (record) => {
          const isRuler = kind === 'broadcast' ? actor.role === 'admin' : role === 'owner' || role === 'admin'
          if (!isRuler) refuseOthers(record, actor, 'delete')
          return record.deletedAt
            ? null
            : { title: null, text: '', attachments: [], edits: [], editedAt: null, deletedAt: new Date() }
        }
      })
      await attachments.afterDelete(new Types.ObjectId(message.senderId), message.clientMessageId)
      return message
    },

    /**
     * The earlier texts of a message, oldest first; none when it was deleted.
     * @throws AppError `invalid_input`, `not_found`
     */
    async edits(actor: Actor, input: unknown): Promise<{ items: EarlierText[] }> {
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

function emptyText(): AppError {
  const message = 'must not be empty'
  return new AppError('invalid_input', `text: ${message}`, { errors: [{ field: 'text', message }] })
}

/** @throws AppError `forbidden` */
function refuseOthers(record: MessageRecord, actor: Actor, what: string): void {
  if (!record.senderId.equals(new Types.ObjectId(actor.userId)))
    throw new AppError('forbidden', `You can ${what} your own messages only.`)
}
