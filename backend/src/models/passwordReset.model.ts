import { Schema, type Connection, type Model, type Types } from 'mongoose'

/** A link to a new password. It works once. */
export interface PasswordResetRecord {
  /** The id of the user: there is one link at a time. */
  _id: Types.ObjectId
  tokenHash: string
  createdBy: Types.ObjectId | null
  expiresAt: Date
}

export type PasswordResetModel = Model<PasswordResetRecord>

const passwordResetSchema = new Schema<PasswordResetRecord>(
  {
    tokenHash: { type: String, required: true },
    createdBy: { type: Schema.Types.ObjectId, default: null },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false },
)
passwordResetSchema.index({ tokenHash: 1 }, { unique: true })

/** Returns the model `PasswordReset` on this connection. */
export function passwordResetModel(connection: Connection): PasswordResetModel {
  return connection.model<PasswordResetRecord>('PasswordReset', passwordResetSchema)
}
