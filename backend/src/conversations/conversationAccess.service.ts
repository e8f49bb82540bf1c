import { Types } from 'mongoose'
import { EVERYBODY, type GroupRole } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Audience } from '../lib/delivery.ts'
import type { ConversationRecord } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { isHiddenFrom, type MessageRecord, type VisibilityFields } from '../models/message.model.ts'
import { announcementsVisibleTo, announcementViewers, createMessageRepository } from '../messageLog/index.ts'
import { IS_MEMBER } from '../models/participant.model.ts'

/** A conversation, and the actor's rights in it. */
export interface OwnConversation extends ConversationRecord {
  /** The first message that the actor may see. */
  firstSeq: number
  /** The actor's role in a group; null for other kinds. */
  role: GroupRole | null
}

/**
 * Returns a conversation of the actor.
 * @throws AppError `not_found` both when there is none and when the actor is not in it, so that a client cannot search
 * for ids
 */
export async function requireConversation(
  models: Pick<Models, 'Conversation' | 'Participant'>,
  actor: Actor,
  id: string,
): Promise<OwnConversation> {
  const record = await models.Conversation.findById(id).lean()
  if (record?.kind === 'group') return { ...record, ...(await requireMembership(models, actor, record._id)) }
  if (record && isIn(record, actor.userId)) return { ...record, firstSeq: 1, role: null }
  throw conversationNotFound()
}

/**
 * Returns the actor's membership of a group. It is read at each request, so that a removed member is out at once, on
 * every node.
 * @throws AppError `not_found` when the actor is no member
 */
export async function requireMembership(
  { Participant }: Pick<Models, 'Participant'>,
  actor: Actor,
  conversationId: Types.ObjectId,
): Promise<{ firstSeq: number; role: GroupRole }> {
  const row = await Participant.findOne(
    { conversationId, userId: new Types.ObjectId(actor.userId) },
    { role: 1, joinedSeq: 1 },
  ).lean()
  if (!row?.role) throw conversationNotFound()
  return { firstSeq: row.joinedSeq ?? 1, role: row.role }
}

/**
 * Returns the users whose receipts in a conversation concern this user: the user, and the other user of a direct
 * conversation.
 */
export function participantsOf(record: Pick<ConversationRecord, 'participantIds'>, userId: string): string[] {
  return [...new Set([userId, ...record.participantIds.map((id) => id.toHexString())])]
}

/** Returns the ids of all members of a conversation. */
export async function memberIds(
  { Participant }: Pick<Models, 'Participant'>,
  conversationId: Types.ObjectId,
): Promise<string[]> {
  const rows = await Participant.find({ conversationId, ...IS_MEMBER }, { userId: 1 }).lean()
  return rows.map(({ userId }) => userId.toHexString())
}

/** Returns the users to whom a change of a message is sent: those with access to the message. */
export async function audienceOfChange(
  models: Pick<Models, 'Participant' | 'Recipient'>,
  actor: Actor,
  conversation: ConversationRecord,
  message: VisibilityFields & Pick<MessageRecord, 'seq'>,
): Promise<Audience> {
  if (message.isTargeted) return announcementViewers(models, message)
  const audience = audienceOf(conversation, actor.userId)
  if (Array.isArray(audience)) return audience.filter((userId) => !isHiddenFrom(message, userId))
  if (!conversation.group || message.seq >= conversation.group.lastJoinedSeq) return audience
  const rows = await models.Participant.find(
    { conversationId: conversation._id, ...IS_MEMBER, joinedSeq: { $lte: message.seq } },
    { userId: 1 },
  ).lean()
  return rows.map(({ userId }) => userId.toHexString())
}

/** Returns the users to whom an event of a conversation is sent, this user included. */
export function audienceOf(
  record: Pick<ConversationRecord, '_id' | 'kind' | 'participantIds'>,
  userId: string,
): Audience {
  switch (record.kind) {
    case 'broadcast':
      return EVERYBODY
    case 'group':
      return { groupId: record._id.toHexString() }
    case 'direct':
      return participantsOf(record, userId)
  }
}

/** Tells whether a user is in a direct or broadcast conversation. */
export function isIn(
  { kind, participantIds }: Pick<ConversationRecord, 'kind' | 'participantIds'>,
  userId: string,
): boolean {
  return kind === 'broadcast' || participantIds.some((id) => id.toHexString() === userId)
}

/**
 * Returns a message that the actor may see.
 * @throws AppError `not_found`
 */
export async function requireMessage(
  models: Pick<Models, 'Message' | 'ColdMessage' | 'Recipient'>,
  actor: Actor,
  { _id, firstSeq }: Pick<OwnConversation, '_id' | 'firstSeq'>,
  seq: number,
): Promise<MessageRecord> {
  const record =
    seq < firstSeq ? null : await createMessageRepository(models).findOne({ filter: { conversationId: _id, seq } })
  if (!record || isHiddenFrom(record, actor.userId, await announcementsVisibleTo(models, actor.userId, [record])))
    throw messageNotFound()
  return record
}

/** Creates the error `no_such_message`. */
export function messageNotFound(): AppError {
  return new AppError('no_such_message')
}

/**
 * Creates the error `no_such_conversation`. It also answers for one that the user may not see, so that ids
 * cannot be probed.
 */
export function conversationNotFound(): AppError {
  return new AppError('no_such_conversation')
}

/** Creates the error `person_blocked`: one of the two users has blocked the other. */
export function userBlocked(): AppError {
  return new AppError('person_blocked')
}
