import { Types } from 'mongoose'
import { z } from 'zod'
import { EVERYBODY, LIMITS, type DeleteMessageInput, type EarlierText, type EditMessageInput, type Message } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/ports.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import type { Revision } from '../models/messageChanges.ts'
import type { MessageLog } from '../models/messageLog.ts'
import { conversationFor, messageIn, noSuchMessage, participantsOf } from './conversationAccess.ts'
import { clientKey, messageText, place } from './message.schemas.ts'
import { receiptsIn, receiptsSeenBy } from './receiptsSeen.ts'

const messageKey = { conversationId: idSchema, seq: place }
const editSchema = z.strictObject({ ...messageKey, text: messageText, clientEditId: clientKey('edit') }) satisfies z.ZodType<EditMessageInput>
const messageSchema = z.strictObject(messageKey) satisfies z.ZodType<DeleteMessageInput>

export type MessageChangeController = ReturnType<typeof messageChangeController>

/** Editing and deleting. Both can be repeated when an answer was lost: a second time changes nothing. */
export function messageChangeController(deps: { models: Models; log: MessageLog; delivery: Delivery; sendLimit: RateLimit }) {
  const { models, log, delivery, sendLimit } = deps

  async function change(actor: Actor, input: DeleteMessageInput, revise: (record: MessageRecord) => Revision | null): Promise<Message> {
    await sendLimit.take(actor.userId)
    const conversation = await conversationFor(models, actor, input.conversationId)
    const outcome = await log.change(conversation._id, input.seq, revise)
    if (!outcome) throw noSuchMessage()
    const receipts = receiptsIn(await receiptsSeenBy(models, actor.userId, [conversation]), conversation._id)
    const message = toMessage(outcome.record, actor.userId, receipts)
    if (outcome.changed && conversation.kind === 'broadcast') delivery.messageChanged(message, EVERYBODY)
    else if (outcome.changed) delivery.messageChanged(message, participantsOf(conversation, actor.userId))
    return message
  }

  return {
    /**
     * Replaces the text of one's own message; earlier texts stay to be seen.
     * @throws AppError `invalid_input`, `not_found` (also when it was deleted), `forbidden` (somebody else's; edited too often), `rate_limited`
     */
    edit(actor: Actor, input: unknown): Promise<Message> {
      const { text, clientEditId, ...key } = validate<z.output<typeof editSchema>>(editSchema, input)
      return change(actor, key, (record) => {
        refuseOthers(record, actor, 'edit')
        if (record.deletedAt) throw noSuchMessage()
        if (record.text === text || record.edits.some((edit) => edit.clientEditId === clientEditId)) return null
        if (record.edits.length >= LIMITS.editsMax) throw new AppError('forbidden', `A message can be edited ${LIMITS.editsMax} times. Write a new one.`)
        const now = new Date()
        return { text, editedAt: now, edits: [...record.edits, { text: record.text, writtenAt: record.editedAt ?? record.createdAt, clientEditId }] }
      })
    },

    /**
     * Deletes one's own message, or as an admin any announcement: its texts are gone, its place stays.
     * @throws AppError `invalid_input`, `not_found`, `forbidden`, `rate_limited`
     */
    remove(actor: Actor, input: unknown): Promise<Message> {
      return change(actor, validate<z.output<typeof messageSchema>>(messageSchema, input), (record) => {
        if (!(record.receiverId === EVERYBODY && actor.role === 'admin')) refuseOthers(record, actor, 'delete')
        return record.deletedAt ? null : { title: null, text: '', edits: [], editedAt: null, deletedAt: new Date() }
      })
    },

    /**
     * The earlier texts of a message, oldest first; none when it was deleted.
     * @throws AppError `invalid_input`, `not_found`
     */
    async edits(actor: Actor, input: unknown): Promise<{ items: EarlierText[] }> {
      const { conversationId, seq } = validate<z.output<typeof messageSchema>>(messageSchema, input)
      const { edits } = await messageIn(models, await conversationFor(models, actor, conversationId), seq)
      return { items: edits.map(({ text, writtenAt }) => ({ text, writtenAt: writtenAt.toISOString() })) }
    },
  }
}

/** @throws AppError `forbidden` */
function refuseOthers(record: MessageRecord, actor: Actor, what: string): void {
  if (!record.senderId.equals(new Types.ObjectId(actor.userId))) throw new AppError('forbidden', `You can ${what} your own messages only.`)
}
