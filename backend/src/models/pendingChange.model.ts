import { Schema, type Connection, type Model, type Types } from 'mongoose'

/**
 * A message is about to be changed. The row goes when the conversation's summary has followed: one that is found at
 * start-up tells which summary a crash left behind, perhaps with a copy of a text that was deleted.
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

export function pendingChangeModel(connection: Connection): PendingChangeModel {
  return connection.model<PendingChangeRecord>('PendingChange', pendingChangeSchema)
}
