import type { ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/ports.ts'

/**
 * The conversation, for one who is in it.
 * @throws AppError `not_found` both when there is none and when the actor is not in it, so that nobody can probe for ids
 */
export async function conversationFor(models: Pick<Models, 'Conversation'>, actor: Actor, id: string): Promise<ConversationRecord> {
  const record = await models.Conversation.findById(id).lean()
  if (record && isIn(record, actor.userId)) return record
  throw new AppError('not_found', 'This conversation does not exist, or you are not in it.')
}

/** Who hears of a conversation's changes and watermarks besides the actor: the other person of a direct one. The actor is among them. */
export function participantsOf(record: Pick<ConversationRecord, 'participantIds'>, userId: string): string[] {
  return [...new Set([userId, ...record.participantIds.map((id) => id.toHexString())])]
}

export function isIn({ kind, participantIds }: Pick<ConversationRecord, 'kind' | 'participantIds'>, userId: string): boolean {
  return kind === 'broadcast' || participantIds.some((id) => id.toHexString() === userId)
}

/** @throws AppError `not_found` */
export async function messageIn({ Message }: Pick<Models, 'Message'>, { _id }: Pick<ConversationRecord, '_id'>, seq: number): Promise<MessageRecord> {
  const record = await Message.findOne({ conversationId: _id, seq }).lean()
  if (!record) throw noSuchMessage()
  return record
}

export function noSuchMessage(): AppError {
  return new AppError('not_found', 'There is no such message, or it was deleted.')
}
