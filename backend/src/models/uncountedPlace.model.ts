import { Schema, type Connection, type Model, type Types } from 'mongoose'

/**
 * A place of a conversation that no user counts as unread: an event of a group, a deleted message, a message that is
 * hidden from its receiver, or an announcement to some users. Unread is the number of places after `readSeq` without
 * these, so most conversations need no look here.
 */
export interface UncountedPlaceRecord {
  /** `uncountedPlaceId` of both, so that a repeat makes no second document. */
  _id: string
  conversationId: Types.ObjectId
  seq: number
}

export type UncountedPlaceModel = Model<UncountedPlaceRecord>

const uncountedPlaceSchema = new Schema<UncountedPlaceRecord>(
  {
    _id: { type: String, required: true },
    conversationId: { type: Schema.Types.ObjectId, required: true },
    seq: { type: Number, required: true },
  },
  { versionKey: false },
)
uncountedPlaceSchema.index({ conversationId: 1, seq: 1 })

/** Returns the model `UncountedPlace` on this connection. */
export function uncountedPlaceModel(connection: Connection): UncountedPlaceModel {
  return connection.model<UncountedPlaceRecord>('UncountedPlace', uncountedPlaceSchema)
}

/** Returns the id of a place. It makes a second document of one place impossible. */
export function uncountedPlaceId(conversationId: Types.ObjectId, seq: number): string {
  return `${conversationId.toHexString()}:${seq}`
}
