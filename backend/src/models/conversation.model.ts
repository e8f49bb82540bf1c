import { createHash } from 'node:crypto'
import { Schema, Types, type Connection, type Model } from 'mongoose'
import {
  ANNOUNCEMENTS_ID,
  CONVERSATION_KINDS,
  type Conversation,
  type ConversationKind,
  type Group,
  type GroupHistory,
  type User,
} from '../contract/index.ts'
import { isHiddenFrom, messageFields, toMessage, type VisibleAnnouncements, type MessageCopy } from './message.model.ts'
import type { ParticipantRecord } from './participant.model.ts'

export interface ConversationRecord {
  _id: Types.ObjectId
  kind: ConversationKind
  /** Both people of a direct conversation, one twice over in the conversation with oneself; empty elsewhere. */
  participantIds: Types.ObjectId[]
  /** Null unless it is a group. Its members are the rows of `participants` that have a role. */
  group: GroupRecord | null
  /**
   * The newest message, copied here so that a list needs no look at the messages. Messages are the truth: this follows
   * each of them, and is mended at start-up when the server was killed in between (messageLog/conversationSummary.writer.ts).
   */
  lastMessage: MessageCopy | null
  lastSeq: number
  lastRev: number
  /** When the summary or a receipt of a direct conversation last changed, by the server's clock: what a sync looks for. */
  changedAt: Date
  /** Null until the first message; such a conversation is in no list. */
  lastActivityAt: Date | null
  createdAt: Date
  /** How far retention has come; absent: it has not looked yet. */
  cleared?: ClearedMark
  /** What goes to the cold collection; absent: nothing yet. */
  cold?: ColdMark
}

/** Messages up to `seq` whose `rev` is not above `rev` are moved, an hour after `at`. */
export interface ColdMark {
  seq: number
  rev: number
  at: Date
  /** When the first message after it was written; null: look again. */
  nextAt: Date | null
  isMoved: boolean
}

/** Up to where old messages were removed. What was put back before it stays. */
export interface ClearedMark {
  seq: number
  /** When the first message after it was written; null: look again. */
  nextAt: Date | null
}

export interface GroupRecord {
  name: string
  description: string
  /** Content hash. */
  pictureHash: string | null
  history: GroupHistory
  /** Counted anew at each change of the members. */
  memberCount: number
  createdBy: Types.ObjectId
  /** The highest `joinedSeq` of a member: changes of messages before it are not for everybody. */
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
  changedAt: { type: Date, required: true, default: Date.now },
  lastActivityAt: { type: Date, default: null },
  createdAt: { type: Date, required: true, default: Date.now },
  cleared: { type: Schema.Types.Mixed, default: undefined },
  cold: { type: Schema.Types.Mixed, default: undefined },
})
// For sync: what changed of somebody's direct conversations, however many there are.
conversationSchema.index({ participantIds: 1, changedAt: 1 })

// All groups, for admins who look for one.
conversationSchema.index({ kind: 1, _id: 1 })

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
export interface Watermarks extends Pick<
  ParticipantRecord,
  'readSeq' | 'deliveredSeq' | 'markedUnread' | 'role' | 'joinedSeq' | 'visibleSeq'
> {
  /** `readSeq` is not theirs: they, or the one who asks, hide read receipts. */
  isHidden: boolean
}

/** What `toConversation` cannot see from the record. */
export interface Seen {
  peer: User | null
  /** Of those who matter to the one who asks: themselves and, in a direct conversation, the other. */
  receipts: ReadonlyMap<string, Watermarks>
  /** The newest message that is not hidden, looked up where the newest of all is. */
  visible: MessageCopy | null
  /** Which announcements to some are for the one who asks. */
  granted: VisibleAnnouncements
  /** Counted where some of what is unread may be hidden; null: all of it counts. */
  unreadCount: number | null
}

/** The conversation as `userId` sees it. */
export function toConversation(
  record: ConversationRecord,
  userId: string,
  { peer, receipts, visible, granted, unreadCount }: Seen,
): Conversation {
  const own = receipts.get(userId)
  const others = record.kind === 'direct' && peer ? receipts.get(peer.id) : undefined
  const readSeq = own?.readSeq ?? 0
  const firstSeq = own?.joinedSeq ?? 1
  const isHidden = record.lastMessage !== null && isHiddenFrom(record.lastMessage, userId, granted)
  const lastMessage = isHidden
    ? visible
    : record.lastMessage && record.lastMessage.seq >= firstSeq
      ? record.lastMessage
      : null
  // Everything after the newest one that is to be seen is hidden, and nothing of that is unread.
  const unreadUpTo = isHidden ? (visible?.seq ?? 0) : record.lastSeq
  return {
    id: record._id.toHexString(),
    kind: record.kind,
    peer,
    group: record.group ? toGroup(record.group, own?.role) : null,
    lastMessage: lastMessage && toMessage(lastMessage, userId, receipts, granted),
    firstSeq,
    lastSeq: record.lastSeq,
    lastRev: record.lastRev,
    readSeq,
    deliveredSeq: own?.deliveredSeq ?? 0,
    peerReadSeq: others?.readSeq ?? 0,
    peerDeliveredSeq: others?.deliveredSeq ?? 0,
    receiptsHidden: others?.isHidden ?? false,
    unreadCount: unreadCount ?? Math.max(0, unreadUpTo - readSeq),
    markedUnread: own?.markedUnread ?? false,
    lastActivityAt: (isHidden
      ? (visible?.createdAt ?? record.createdAt)
      : (record.lastActivityAt ?? record.createdAt)
    ).toISOString(),
  }
}

function toGroup(
  { name, description, pictureHash, history, memberCount, createdBy }: GroupRecord,
  role: Group['role'] = 'member',
): Group {
  return { name, description, picture: pictureHash, history, memberCount, createdBy: createdBy.toHexString(), role }
}
