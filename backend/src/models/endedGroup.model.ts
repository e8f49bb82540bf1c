import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A group whose last member leaves. The row goes when nothing is left of it: one that is found was cut short by a crash. */
export interface EndedGroupRecord {
  /** The group's. */
  _id: Types.ObjectId
}

export type EndedGroupModel = Model<EndedGroupRecord>

const endedGroupSchema = new Schema<EndedGroupRecord>({}, { versionKey: false })

export function endedGroupModel(connection: Connection): EndedGroupModel {
  return connection.model<EndedGroupRecord>('EndedGroup', endedGroupSchema)
}
