import { Schema, type Connection, type Model, type Types } from 'mongoose'

export const RECEIPT_KINDS = ['delivered', 'read'] as const
export type ReceiptKind = (typeof RECEIPT_KINDS)[number]

/**
 * One move of a user's watermark. A message was delivered or read at the time of the first move to its place or beyond.
 * So the documents grow with how often users look, not with messages times members.
 */
export interface ReceiptRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  userId: Types.ObjectId
  kind: ReceiptKind
  seq: number
  at: Date
}

export type ReceiptModel = Model<ReceiptRecord>

const receiptSchema = new Schema<ReceiptRecord>(
  {
    conversationId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    kind: { type: String, enum: RECEIPT_KINDS, required: true },
    seq: { type: Number, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false },
)
receiptSchema.index({ conversationId: 1, userId: 1, kind: 1, seq: 1 })

/** Returns the model `Receipt` on this connection. */
export function receiptModel(connection: Connection): ReceiptModel {
  return connection.model<ReceiptRecord>('Receipt', receiptSchema)
}
