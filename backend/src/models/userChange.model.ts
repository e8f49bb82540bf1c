import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A change of a user's public data, so that `sync` can tell it to clients that missed the event. */
export interface UserChangeRecord {
  /** The number of the change: 1, 2, 3 without a gap, over all users. */
  _id: number
  userId: Types.ObjectId
  at: Date
}

export type UserChangeModel = Model<UserChangeRecord>

const userChangeSchema = new Schema<UserChangeRecord>(
  {
    _id: { type: Number, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false },
)

/** Returns the model `UserChange` on this connection. */
export function userChangeModel(connection: Connection): UserChangeModel {
  return connection.model<UserChangeRecord>('UserChange', userChangeSchema)
}
