import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import { orderOf } from '../lib/orderClock.ts'
import type { Actor } from '../lib/delivery.ts'
import { directConversationId, type ConversationRecord } from '../models/conversation.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import { ACTIVE } from '../accounts/index.ts'

/**
 * Returns the direct conversation of the actor and another user. Creates it when there is none.
 * @throws AppError `not_found` when there is no such user, or the account is disabled
 */
export async function openDirectConversation(
  models: Models,
  actor: Actor,
  userId: string,
): Promise<ConversationRecord> {
  const own = new Types.ObjectId(actor.userId)
  const other = new Types.ObjectId(userId)
  const _id = directConversationId(own, other)
  const known = await models.Conversation.findById(_id).lean()
  if (known) return known
  if (!(await models.User.exists({ _id: other, ...ACTIVE }))) throw new AppError('no_such_user')

  // The conversation is stored last. A crash in between leaves `participants` without a conversation, which no user
  // sees and the next try uses.
  const now = new Date()
  const userIds = own.equals(other) ? [own] : [own, other]
  await Promise.all(userIds.map((id) => join(models, _id, id)))
  await unlessThere(
    models.Conversation.collection.insertOne({
      _id,
      kind: 'direct',
      participantIds: [own, other],
      group: null,
      lastMessage: null,
      lastSeq: 0,
      lastRev: 0,
      changedAt: orderOf(now),
      lastActivityAt: null,
      createdAt: now,
    }),
  )
  const created = await models.Conversation.findById(_id).lean()
  if (!created) throw new Error('The created conversation is gone')
  return created
}

function join({ Participant }: Models, conversationId: Types.ObjectId, userId: Types.ObjectId): Promise<void> {
  return unlessThere(
    Participant.updateOne(
      { conversationId, userId },
      { $setOnInsert: { readSeq: 0, deliveredSeq: 0, markedUnread: false } },
      { upsert: true },
    ),
  )
}

/** Ignores a duplicate key: when two users create the same conversation at the same time, both succeed. */
async function unlessThere(write: Promise<unknown>): Promise<void> {
  try {
    await write
  } catch (error) {
    if (duplicateKeyAt(error) === null) throw error
  }
}
