import { createHash } from 'node:crypto'
import { Schema, Types, type Connection, type Model } from 'mongoose'
import {
  ANNOUNCEMENTS_ID,
  CONVERSATION_KINDS,
  type Conversation,
  type ConversationKind,
  type Group,
  type GroupHistory,
  seenAfter,
  type User,
} from '../contract/index.ts'
import { isHiddenFrom, messageFields, toMessage, type VisibleAnnouncements, type MessageCopy } from './message.model.ts'
import type { ParticipantRecord } from './participant.model.ts'

export interface ConversationRecord {
  _id: Types.ObjectId
  kind: ConversationKind
  /** Both users of a direct conversation (the same one twice in a conversation with oneself); empty for other kinds. */
  participantIds: Types.ObjectId[]
  /** Null unless it is a group. Its members are the `participants` with a role. */
  group: GroupRecord | null
  /**
   * A copy of the newest message, so that a list needs no query on messages. The messages are the truth: this copy
   * follows each of them, and is repaired at start-up when the server was killed in between
   * (messageLog/conversationSummary.writer.ts).
   */
  lastMessage: MessageCopy | null
  lastSeq: number
  lastRev: number
  /** The highest place that does not count as unread (`UncountedPlaceRecord`); absent when there is none. */
  lastUncountedSeq?: number
  /**
   * When the summary or a receipt of a direct conversation last changed, by the clock of order. A sync searches by it.
   */
  changedAt: Date
  /** The place in lists, by the clock of order. Null before the first message; such a conversation is in no list. */
  lastActivityAt: Date | null
  createdAt: Date
  /** How far retention has come; absent before its first look. */
  cleared?: ClearedMark
  /** The messages that move to the cold collection; absent before the first move. */
  cold?: ColdMark
}

/** Messages up to `seq` with a `rev` up to this `rev` are moved, an hour after `at`. */
export interface ColdMark {
  seq: number
  rev: number
  at: Date
  /** When the first message after `seq` was written; null: to be looked up. */
  nextAt: Date | null
  isMoved: boolean
}

/** The place up to which old messages were removed. Messages that were restored before it stay. */
export interface ClearedMark {
  seq: number
  /** When the first message after `seq` was written; null: to be looked up. */
  nextAt: Date | null
}

export interface GroupRecord {
  name: string
  description: string
  /** The hash of the picture's content. */
  pictureHash: string | null
  history: GroupHistory
  /** Raised by each edit of the name, the description or the history; absent before the first. */
  revision?: number
  /** Counted again at each change of the members. */
  memberCount: number
  createdBy: Types.ObjectId
  /** The highest `joinedSeq` of a member. Changes of messages before it do not go to every member. */
  lastJoinedSeq: number
}

export type ConversationModel = Model<ConversationRecord>

const conversationSchema = new Schema<ConversationRecord>({
  kind: { type: String, enum: CONVERSATION_KINDS, required: true },
  participantIds: { type: [Schema.Types.ObjectId], required: true },
  group: { type: Schema.Types.Mixed, default: null },
  lastMessage: { type: new Schema(messageFields), default: null },
  lastSeq: { type: Number, default: 0 },
  lastRev: { type: Number, default: 0 },
  lastUncountedSeq: { type: Number },
  changedAt: { type: Date, required: true, default: Date.now },
  lastActivityAt: { type: Date, default: null },
  createdAt: { type: Date, required: true, default: Date.now },
  cleared: { type: Schema.Types.Mixed, default: undefined },
  cold: { type: Schema.Types.Mixed, default: undefined },
})
// For sync: the changed direct conversations of a user, however many there are.
conversationSchema.index({ participantIds: 1, changedAt: 1 })

// For admins who search all groups.
conversationSchema.index({ kind: 1, _id: 1 })

/** Returns the model `Conversation` on this connection. */
export function conversationModel(connection: Connection): ConversationModel {
  return connection.model<ConversationRecord>('Conversation', conversationSchema)
}

export const ANNOUNCEMENTS_OBJECT_ID = new Types.ObjectId(ANNOUNCEMENTS_ID)

/**
 * Derives the id of the direct conversation of two users from theirs. Two first messages that cross, on any node, meet
 * in one conversation. A unique index over optional fields would do the same, but not every engine has one.
 */
export function directConversationId(a: Types.ObjectId, b: Types.ObjectId): Types.ObjectId {
  const pair = [a.toHexString(), b.toHexString()].toSorted().join(':')
  return new Types.ObjectId(createHash('sha256').update(pair).digest().subarray(0, 12))
}

/** Returns the other user of a direct conversation; in a conversation with oneself that user. */
export function peerIdOf(record: Pick<ConversationRecord, 'participantIds'>, userId: string): Types.ObjectId | null {
  return record.participantIds.find((id) => id.toHexString() !== userId) ?? record.participantIds[0] ?? null
}

/** How far a user has read, as a viewer may know it. */
export interface Watermarks extends Pick<
  ParticipantRecord,
  'readSeq' | 'seen' | 'deliveredSeq' | 'markedUnread' | 'role' | 'joinedSeq' | 'joinedAt' | 'visibleSeq'
> {
  /** `readSeq` is not the real one: that user or the viewer hides read receipts. */
  isHidden: boolean
}

/** The data that `toConversation` needs besides the record. */
export interface ConversationContext {
  peer: User | null
  /** The watermarks of the viewer and, in a direct conversation, of the other user. */
  receipts: ReadonlyMap<string, Watermarks>
  /** The newest message that is not hidden, looked up when the newest message is hidden. */
  visible: MessageCopy | null
  /** The targeted announcements that the viewer may see. */
  visibleAnnouncements: VisibleAnnouncements
  unreadCount: number
}

/** Returns the place of a message in the order of times: its id is made by the clock of order, to the second. */
function placeInOrder({ _id, createdAt }: MessageCopy): Date {
  const at = _id.getTimestamp()
  return at > createdAt ? at : createdAt
}

/** Returns the conversation as `userId` sees it. */
export function toConversation(
  record: ConversationRecord,
  userId: string,
  { peer, receipts, visible, visibleAnnouncements, unreadCount }: ConversationContext,
): Conversation {
  const own = receipts.get(userId)
  const others = record.kind === 'direct' && peer ? receipts.get(peer.id) : undefined
  const readSeq = own?.readSeq ?? 0
  const firstSeq = own?.joinedSeq ?? 1
  const isHidden = record.lastMessage !== null && isHiddenFrom(record.lastMessage, userId, visibleAnnouncements)
  const lastMessage = isHidden
    ? visible
    : record.lastMessage && record.lastMessage.seq >= firstSeq
      ? record.lastMessage
      : null
  const lastActivityAt = isHidden
    ? ((visible && placeInOrder(visible)) ?? record.createdAt)
    : (record.lastActivityAt ?? record.createdAt)
  // Events of a group move it in no list. A user who was added finds it where they joined.
  const joinedAt = own?.role && own.joinedAt ? own.joinedAt : lastActivityAt
  return {
    id: record._id.toHexString(),
    kind: record.kind,
    peer,
    group: record.group ? toGroup(record.group, own?.role) : null,
    lastMessage: lastMessage && toMessage(lastMessage, userId, receipts, visibleAnnouncements),
    firstSeq,
    lastSeq: record.lastSeq,
    lastRev: record.lastRev,
    readSeq,
    deliveredSeq: own?.deliveredSeq ?? 0,
    peerReadSeq: others?.readSeq ?? 0,
    peerDeliveredSeq: others?.deliveredSeq ?? 0,
    receiptsHidden: others?.isHidden ?? false,
    unreadCount,
    seen: seenAfter(readSeq, own?.seen),
    markedUnread: own?.markedUnread ?? false,
    lastActivityAt: (joinedAt > lastActivityAt ? joinedAt : lastActivityAt).toISOString(),
  }
}

function toGroup(
  { name, description, pictureHash, history, revision = 0, memberCount, createdBy }: GroupRecord,
  role: Group['role'] = 'member',
): Group {
  return {
    name,
    description,
    picture: pictureHash,
    history,
    revision,
    memberCount,
    createdBy: createdBy.toHexString(),
    role,
  }
}
