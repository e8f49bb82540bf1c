import { Schema, type Connection, type Model } from 'mongoose'

/** A lock that one node of several holds. */
export interface LockRecord {
  /** The name of the lock. */
  _id: string
  /** The holder: a new random id for each time the lock is taken. */
  holder: string
  /** When the lock ends by itself, because its node may have died. */
  until: Date
}

export type LockModel = Model<LockRecord>

const lockSchema = new Schema<LockRecord>(
  {
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
  },
  // Nodes of earlier versions lock in this collection: during a rolling update both versions must meet there.
  { versionKey: false, collection: 'turns' },
)

/** Returns the model `Lock` on this connection, whose collection is `turns`. */
export function lockModel(connection: Connection): LockModel {
  return connection.model<LockRecord>('Lock', lockSchema)
}
