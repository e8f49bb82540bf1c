import { Schema, type Connection, type Model, type Types } from 'mongoose'

/**
 * A group whose last member leaves. The document is removed after the rest of the group. One that is found later shows
 * that a crash interrupted the removal.
 */
export interface EndedGroupRecord {
  /** The id of the group. */
  _id: Types.ObjectId
}

export type EndedGroupModel = Model<EndedGroupRecord>

const endedGroupSchema = new Schema<EndedGroupRecord>({}, { versionKey: false })

/** Returns the model `EndedGroup` on this connection. */
export function endedGroupModel(connection: Connection): EndedGroupModel {
  return connection.model<EndedGroupRecord>('EndedGroup', endedGroupSchema)
}
