import { Schema, type Connection, type Model, type Types } from 'mongoose'
import {
  EVERYBODY,
  type Attachment,
  type BroadcastMark,
  type GroupEvent,
  type Message,
  type MessageKind,
} from '../contract/index.ts'

export interface MessageRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  seq: number
  /**
   * The number of its last change. The highest one of a conversation always belongs to a message, because no message is
   * ever removed.
   */
  rev: number
  /** `user` when absent. Most messages have neither this field nor the next two, so they cost nothing. */
  kind?: MessageKind
  event?: GroupEvent
  /** The users who must not see it: the receiver, who had blocked the sender. It stays hidden after the block ends. */
  hiddenFrom?: Types.ObjectId[]
  /**
   * A targeted announcement: only its sender and the recipients in the ledger see it. Its `clientMessageId` is the
   * broadcast's id.
   */
  isTargeted?: true
  /** Set for an announcement with a ledger. */
  broadcast?: BroadcastMark
  senderId: Types.ObjectId
  /** A user's id in hexadecimal, `"all"`, or null in a group. */
  receiverId: string | null
  title: string | null
  text: string
  /**
   * As on the wire. This list decides which attachments may be read; the attachment's own document says where its
   * content is. Absent in old messages.
   */
  attachments?: Attachment[]
  clientMessageId: string
  createdAt: Date
  editedAt: Date | null
  deletedAt: Date | null
  /** The archive file that held it before it was removed; null: it was restored. Only that file may restore it. */
  archive?: string | null
  /** Earlier texts, oldest first. */
  edits: MessageEdit[]
  /**
   * Every `rev` that it ever had. The index over them stops a node that has not heard of a change from assigning its
   * number again. The newest `rev` alone would leave that number free at the message's next change, and a client that
   * knows the first change would never ask for the second.
   */
  revs: number[]
}

/** A text that was replaced. */
export interface MessageEdit {
  text: string
  writtenAt: Date
  /** The id of the edit that replaced it, so that a repeat of the edit is recognised. */
  clientEditId: string
}

export type MessageModel = Model<MessageRecord>

/** Also the shape of a conversation's copy of its newest message, which has no index. */
export const messageFields = {
  conversationId: { type: Schema.Types.ObjectId, required: true },
  seq: { type: Number, required: true },
  rev: { type: Number, required: true },
  kind: { type: String },
  event: { type: Schema.Types.Mixed },
  hiddenFrom: { type: [Schema.Types.ObjectId], default: undefined },
  isTargeted: { type: Boolean },
  broadcast: { type: Schema.Types.Mixed },
  senderId: { type: Schema.Types.ObjectId, required: true },
  receiverId: { type: String, default: null },
  title: { type: String, default: null },
  text: { type: String, required: true },
  attachments: { type: [Schema.Types.Mixed], default: [] },
  clientMessageId: { type: String, required: true },
  createdAt: { type: Date, required: true },
  editedAt: { type: Date, default: null },
  deletedAt: { type: Date, default: null },
  archive: { type: String },
} as const

const editFields = {
  text: { type: String, required: true },
  writtenAt: { type: Date, required: true },
  clientEditId: { type: String, required: true },
} as const

/** Returns the schema of a message without indexes. */
export function messageSchemaOf(): Schema<MessageRecord> {
  const edits = { type: [new Schema<MessageEdit>(editFields, { _id: false })], default: [] }
  return new Schema<MessageRecord>({ ...messageFields, edits, revs: { type: [Number], required: true } })
}

/**
 * Makes the model of messages.
 * @param isSharded whether MongoDB shards messages by conversation: it then keeps an index unique only when the index
 * begins with the conversation
 */
export function messageModel(connection: Connection, isSharded: boolean): MessageModel {
  const schema = messageSchemaOf()
  // These indexes keep the promises: one order without holes, no message twice, and no missed change.
  schema.index({ conversationId: 1, seq: 1 }, { unique: true })
  schema.index({ conversationId: 1, rev: 1 }, { unique: true })
  schema.index({ conversationId: 1, revs: 1 }, { unique: true })
  if (isSharded) schema.index({ conversationId: 1, senderId: 1, clientMessageId: 1 }, { unique: true })
  schema.index({ senderId: 1, clientMessageId: 1 }, { unique: !isSharded })
  return connection.model<MessageRecord>('Message', schema)
}

/** A conversation's copy of its newest message: without the earlier texts. */
export type MessageCopy = Omit<MessageRecord, 'edits' | 'revs'>
/** The projection of a copy: earlier texts may be many, and are rarely read. */
export const COPY_FIELDS = { edits: 0, revs: 0 } as const

/** Returns the message without its earlier texts, as a conversation keeps its newest message. */
export function toCopy(record: MessageRecord): MessageCopy {
  const { edits: _, revs: __, ...copy } = record
  return copy
}

/**
 * Returns the message as `viewerId` sees it.
 * @param receipts how far each user has read; see `isRead` of the contract
 * @param visibleAnnouncements the targeted announcements that the viewer may see
 * (messageLog/announcementVisibility.repository.ts); without it only their sender sees them
 */
export function toMessage(
  record: MessageCopy,
  viewerId: string,
  receipts: ReadonlyMap<string, { readSeq: number }>,
  visibleAnnouncements: VisibleAnnouncements = NO_ANNOUNCEMENTS,
): Message {
  const reader = record.receiverId === EVERYBODY ? viewerId : record.receiverId
  const hidden = isHiddenFrom(record, viewerId, visibleAnnouncements)
  return {
    id: record._id.toHexString(),
    conversationId: record.conversationId.toHexString(),
    seq: record.seq,
    rev: record.rev,
    kind: record.kind ?? 'user',
    event: record.event ?? null,
    senderId: record.senderId.toHexString(),
    receiverId: record.receiverId,
    title: hidden ? null : record.title,
    text: hidden ? '' : record.text,
    attachments: hidden ? [] : (record.attachments ?? []),
    clientMessageId: record.clientMessageId,
    createdAt: record.createdAt.toISOString(),
    editedAt: record.editedAt?.toISOString() ?? null,
    deletedAt: record.deletedAt?.toISOString() ?? null,
    isRead: reader !== null && (receipts.get(reader)?.readSeq ?? 0) >= record.seq,
    hidden,
    ...(record.broadcast && !hidden && { broadcast: record.broadcast }),
  }
}

/**
 * Tells whether a message counts as unread for every user who has not read it. A targeted announcement counts for its
 * recipients only (conversations/unreadCount.service.ts).
 */
export function isCounted({
  kind,
  deletedAt,
  hiddenFrom,
  isTargeted,
}: Pick<MessageRecord, 'kind' | 'deletedAt' | 'hiddenFrom' | 'isTargeted'>): boolean {
  return kind !== 'system' && deletedAt === null && !hiddenFrom?.length && isTargeted !== true
}

/** The targeted announcements that a user may see, by their `clientMessageId`. */
export type VisibleAnnouncements = ReadonlySet<string>
const NO_ANNOUNCEMENTS: VisibleAnnouncements = new Set()

/** The fields that decide which users of a conversation may see a message. */
export type VisibilityFields = Pick<MessageRecord, 'hiddenFrom' | 'isTargeted' | 'senderId' | 'clientMessageId'>

/** Tells whether a message is hidden from a user. @param visibleAnnouncements as in `toMessage` */
export function isHiddenFrom(
  { hiddenFrom, isTargeted, senderId, clientMessageId }: VisibilityFields,
  userId: string,
  visibleAnnouncements: VisibleAnnouncements = NO_ANNOUNCEMENTS,
): boolean {
  if (hiddenFrom?.some((id) => id.toHexString() === userId)) return true
  return isTargeted === true && senderId.toHexString() !== userId && !visibleAnnouncements.has(clientMessageId)
}
