import { Schema, type Connection, type Model, type Types } from 'mongoose'

/**
 * A message that is being changed. The document is removed when the conversation's summary has followed. One that is
 * found at start-up names a summary that a crash left behind, perhaps with a copy of a deleted text.
 */
export interface PendingChangeRecord {
  _id: Types.ObjectId
  conversationId: Types.ObjectId
  seq: number
}

export type PendingChangeModel = Model<PendingChangeRecord>

const pendingChangeSchema = new Schema<PendingChangeRecord>(
  { conversationId: { type: Schema.Types.ObjectId, required: true }, seq: { type: Number, required: true } },
  { versionKey: false },
)

/** Returns the model `PendingChange` on this connection. */
export function pendingChangeModel(connection: Connection): PendingChangeModel {
  return connection.model<PendingChangeRecord>('PendingChange', pendingChangeSchema)
}
