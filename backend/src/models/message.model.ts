import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { EVERYBODY, type Message } from '../contract/index.ts'

export interface MessageRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  seq: number
  senderId: Types.ObjectId
  /** A user's id in hexadecimal, `"all"`, or null in a group. */
  receiverId: string | null
  title: string | null
  text: string
  clientMessageId: string
  createdAt: Date
}

export type MessageModel = Model<MessageRecord>

/** Also the shape of a conversation's copy of its newest message, which carries no index. */
export const messageFields = {
  conversationId: { type: Schema.Types.ObjectId, required: true },
  seq: { type: Number, required: true },
  senderId: { type: Schema.Types.ObjectId, required: true },
  receiverId: { type: String, default: null },
  title: { type: String, default: null },
  text: { type: String, required: true },
  clientMessageId: { type: String, required: true },
  createdAt: { type: Date, required: true },
} as const

const messageSchema = new Schema<MessageRecord>(messageFields)
// These two decide what is promised: one order without holes, and no message twice.
messageSchema.index({ conversationId: 1, seq: 1 }, { unique: true })
messageSchema.index({ senderId: 1, clientMessageId: 1 }, { unique: true })

export function messageModel(connection: Connection): MessageModel {
  return connection.model<MessageRecord>('Message', messageSchema)
}

/** @param reads how far each one has read; see `isRead` of the contract */
export function toMessage(record: MessageRecord, viewerId: string, reads: ReadonlyMap<string, number>): Message {
  const reader = record.receiverId === EVERYBODY ? viewerId : (record.receiverId ?? viewerId)
  return {
    id: record._id.toHexString(),
    conversationId: record.conversationId.toHexString(),
    seq: record.seq,
    senderId: record.senderId.toHexString(),
    receiverId: record.receiverId,
    title: record.title,
    text: record.text,
    clientMessageId: record.clientMessageId,
    createdAt: record.createdAt.toISOString(),
    isRead: (reads.get(reader) ?? 0) >= record.seq,
  }
}
