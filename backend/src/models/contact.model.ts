import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A user in another user's list of contacts. */
export interface ContactRecord {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  userId: Types.ObjectId
  favourite: boolean
  createdAt: Date
}

export type ContactModel = Model<ContactRecord>

const contactSchema = new Schema<ContactRecord>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true },
    userId: { type: Schema.Types.ObjectId, required: true },
    favourite: { type: Boolean, default: false },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
)
contactSchema.index({ ownerId: 1, userId: 1 }, { unique: true })

/** Returns the model `Contact` on this connection. */
export function contactModel(connection: Connection): ContactModel {
  return connection.model<ContactRecord>('Contact', contactSchema)
}
