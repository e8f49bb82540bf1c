import { createHash } from 'node:crypto'
import { Schema, Types, type Connection, type Model } from 'mongoose'
import { ANNOUNCEMENTS_ID, CONVERSATION_KINDS, type Conversation, type ConversationKind, type User } from '../contract/index.ts'
import { messageFields, toMessage, type MessageCopy } from './message.model.ts'
import type { ParticipantRecord } from './participant.model.ts'

export interface ConversationRecord {
  _id: Types.ObjectId
  kind: ConversationKind
  /** Both people of a direct conversation, one twice over in the conversation with oneself; empty in a broadcast. */
  participantIds: Types.ObjectId[]
  /**
   * The newest message, copied here so that a list needs no look at the messages. Messages are the truth: this follows
   * each of them, and is mended at start-up when the server was killed in between (models/conversationSummary.ts).
   */
  lastMessage: MessageCopy | null
  lastSeq: number
  lastRev: number
  /** When the summary or a receipt of a direct conversation last changed, by the server's clock: what a sync looks for. */
  changedAt: Date
  /** Null until the first message; such a conversation is in no list. */
  lastActivityAt: Date | null
  createdAt: Date
}

export type ConversationModel = Model<ConversationRecord>

const conversationSchema = new Schema<ConversationRecord>({
  kind: { type: String, enum: CONVERSATION_KINDS, required: true },
  participantIds: { type: [Schema.Types.ObjectId], required: true },
  lastMessage: { type: new Schema(messageFields), default: null },
  lastSeq: { type: Number, default: 0 },
  lastRev: { type: Number, default: 0 },
  changedAt: { type: Date, required: true, default: Date.now },
  lastActivityAt: { type: Date, default: null },
  createdAt: { type: Date, required: true, default: Date.now },
})
// For sync: what changed of somebody's direct conversations, however many there are.
conversationSchema.index({ participantIds: 1, changedAt: 1 })

export function conversationModel(connection: Connection): ConversationModel {
  return connection.model<ConversationRecord>('Conversation', conversationSchema)
}

export const ANNOUNCEMENTS_OBJECT_ID = new Types.ObjectId(ANNOUNCEMENTS_ID)

/**
 * The id of the direct conversation of two people follows from theirs: two first messages that cross, on whatever
 * node, meet in one conversation, with no unique index over optional fields (which not every engine has).
 */
export function directConversationId(a: Types.ObjectId, b: Types.ObjectId): Types.ObjectId {
  const pair = [a.toHexString(), b.toHexString()].toSorted().join(':')
  return new Types.ObjectId(createHash('sha256').update(pair).digest().subarray(0, 12))
}

/** The other person of a direct conversation; oneself in the conversation with oneself. */
export function peerIdOf(record: Pick<ConversationRecord, 'participantIds'>, userId: string): Types.ObjectId | null {
  return record.participantIds.find((id) => id.toHexString() !== userId) ?? record.participantIds[0] ?? null
}

/** What one knows of how far somebody has got. */
export interface Watermarks extends Pick<ParticipantRecord, 'readSeq' | 'deliveredSeq' | 'markedUnread'> {
  /** `readSeq` is not theirs: they, or the one who asks, hide read receipts. */
  isHidden: boolean
}

/** @param receipts of those who matter to `userId` here: themselves and, in a direct conversation, the other */
export function toConversation(
  record: ConversationRecord,
  userId: string,
  peer: User | null,
  receipts: ReadonlyMap<string, Watermarks>,
): Conversation {
  const own = receipts.get(userId)
  const others = record.kind === 'direct' && peer ? receipts.get(peer.id) : undefined
  const readSeq = own?.readSeq ?? 0
  return {
    id: record._id.toHexString(),
    kind: record.kind,
    peer,
    lastMessage: record.lastMessage && toMessage(record.lastMessage, userId, receipts),
    lastSeq: record.lastSeq,
    lastRev: record.lastRev,
    readSeq,
    deliveredSeq: own?.deliveredSeq ?? 0,
    peerReadSeq: others?.readSeq ?? 0,
    peerDeliveredSeq: others?.deliveredSeq ?? 0,
    receiptsHidden: others?.isHidden ?? false,
    unreadCount: Math.max(0, record.lastSeq - readSeq),
    markedUnread: own?.markedUnread ?? false,
    lastActivityAt: (record.lastActivityAt ?? record.createdAt).toISOString(),
  }
}
