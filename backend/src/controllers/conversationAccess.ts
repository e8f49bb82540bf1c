import { Types } from 'mongoose'
import type { ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
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

/** How far these people have read this conversation. */
export async function readsOf(models: Pick<Models, 'Participant'>, conversationId: Types.ObjectId, userIds: string[]): Promise<Map<string, number>> {
  const rows = await models.Participant.find({ conversationId, userId: { $in: userIds.map((id) => new Types.ObjectId(id)) } }).lean()
  return new Map(rows.map(({ userId, readSeq }) => [userId.toHexString(), readSeq]))
}

/** Whose watermarks a participant may see here: their own, and the other person's in a direct conversation. */
export function readersSeenBy(record: Pick<ConversationRecord, 'participantIds'>, userId: string): string[] {
  return [...new Set([userId, ...record.participantIds.map((id) => id.toHexString())])]
}

export function isIn({ kind, participantIds }: Pick<ConversationRecord, 'kind' | 'participantIds'>, userId: string): boolean {
  return kind === 'broadcast' || participantIds.some((id) => id.toHexString() === userId)
}
