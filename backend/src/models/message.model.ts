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
  /** The number of its last change. The highest of a conversation is always some message's, since no message is ever removed. */
  rev: number
  /** `user` when absent: most messages say neither this nor the next two, so that they cost nothing. */
  kind?: MessageKind
  event?: GroupEvent
  /** Whom it must not reach: the receiver, who had blocked the sender. It stays so when the block ends. */
  hiddenFrom?: Types.ObjectId[]
  /** An announcement to some: for its sender and the recipients in the ledger only. Its `clientMessageId` is the broadcast's id. */
  isTargeted?: true
  /** Of an announcement that is accounted for. */
  broadcast?: BroadcastMark
  senderId: Types.ObjectId
  /** A user's id in hexadecimal, `"all"`, or null in a group. */
  receiverId: string | null
  title: string | null
  text: string
  /** As the wire has them. Whether one may be read follows from here, its own document says where its content is. Absent in old messages. */
  attachments?: Attachment[]
  clientMessageId: string
  createdAt: Date
  editedAt: Date | null
  deletedAt: Date | null
  /** The file in which it was before it was removed; null: it is back. Only that one may put it back. */
  archive?: string | null
  /** Earlier texts, oldest first. */
  edits: MessageEdit[]
  /**
   * Every `rev` that it ever had. The index over them keeps a node that has not heard of a change from giving its number again, which the
   * newest `rev` alone would leave free at the message's next change: who has heard of that one would never ask for what it numbers then.
   */
  revs: number[]
}

/** A text that was replaced. */
export interface MessageEdit {
  text: string
  writtenAt: Date
  /** Of the edit that replaced it, so that its repeat is recognised. */
  clientEditId: string
}

export type MessageModel = Model<MessageRecord>

/** Also the shape of a conversation's copy of its newest message, which carries no index. */
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

/** What a message's document is, without indexes. */
export function messageSchemaOf(): Schema<MessageRecord> {
  const edits = { type: [new Schema<MessageEdit>(editFields, { _id: false })], default: [] }
  return new Schema<MessageRecord>({ ...messageFields, edits, revs: { type: [Number], required: true } })
}

/** @param isSharded whether MongoDB spreads them by conversation: it keeps an index unique over shards only when that begins it */
export function messageModel(connection: Connection, isSharded: boolean): MessageModel {
  const schema = messageSchemaOf()
  // These decide what is promised: one order without holes, no message twice, and no change that is missed.
  schema.index({ conversationId: 1, seq: 1 }, { unique: true })
  schema.index({ conversationId: 1, rev: 1 }, { unique: true })
  schema.index({ conversationId: 1, revs: 1 }, { unique: true })
  if (isSharded) schema.index({ conversationId: 1, senderId: 1, clientMessageId: 1 }, { unique: true })
  schema.index({ senderId: 1, clientMessageId: 1 }, { unique: !isSharded })
  return connection.model<MessageRecord>('Message', schema)
}

/** As a conversation keeps a copy of its newest message: without the earlier texts. */
export type MessageCopy = Omit<MessageRecord, 'edits' | 'revs'>
/** The projection for that: they may be many, and are rarely looked at. */
export const COPY_FIELDS = { edits: 0, revs: 0 } as const

export function toCopy(record: MessageRecord): MessageCopy {
  const { edits: _, revs: __, ...copy } = record
  return copy
}

/**
 * @param receipts how far each one has read; see `isRead` of the contract
 * @param granted of announcements to some, those that are for the viewer (messageLog/announcementVisibility.repository.ts); without it they are hidden from all but their sender
 */
export function toMessage(
  record: MessageCopy,
  viewerId: string,
  receipts: ReadonlyMap<string, { readSeq: number }>,
  granted: VisibleAnnouncements = NOTHING,
): Message {
  const reader = record.receiverId === EVERYBODY ? viewerId : record.receiverId
  const hidden = isHiddenFrom(record, viewerId, granted)
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

/** Announcements to some that go to somebody, by their `clientMessageId`. */
export type VisibleAnnouncements = ReadonlySet<string>
const NOTHING: VisibleAnnouncements = new Set()

/** What decides who may see a message of a conversation that they are in. */
export type VisibilityFields = Pick<MessageRecord, 'hiddenFrom' | 'isTargeted' | 'senderId' | 'clientMessageId'>

/** @param granted as of `toMessage` */
export function isHiddenFrom(
  { hiddenFrom, isTargeted, senderId, clientMessageId }: VisibilityFields,
  userId: string,
  granted: VisibleAnnouncements = NOTHING,
): boolean {
  if (hiddenFrom?.some((id) => id.toHexString() === userId)) return true
  return isTargeted === true && senderId.toHexString() !== userId && !granted.has(clientMessageId)
}
