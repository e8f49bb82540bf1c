import { Schema, type Connection, type Model, type Types } from 'mongoose'
import type { LinkRequestFields } from '../lib/auth/linkTokens.ts'

/** A link to a new password. It works once. */
export interface PasswordResetRecord extends LinkRequestFields {
  /** The id of the user: there is one link at a time. */
  _id: Types.ObjectId
  /** After the use it is `usedTokenHash` of the hash. */
  tokenHash: string
  createdBy: Types.ObjectId | null
  /** The key of the request that uses the link (lib/idempotency.ts); absent before. */
  usedBy?: string
  expiresAt: Date
}

export type PasswordResetModel = Model<PasswordResetRecord>

const passwordResetSchema = new Schema<PasswordResetRecord>(
  {
    tokenHash: { type: String, required: true },
    usedBy: String,
    createdBy: { type: Schema.Types.ObjectId, default: null },
    expiresAt: { type: Date, required: true },
    requestKey: String,
    requestHash: String,
    tokenSalt: String,
  },
  { versionKey: false },
)
passwordResetSchema.index({ tokenHash: 1 }, { unique: true })

/**
 * Returns the hash that a link has after its use. It differs, so that a program of an earlier version, which deletes used links, does
 * not take the link for an unused one.
 */
export function usedTokenHash(tokenHash: string): string {
  return `used:${tokenHash}`
}

/** Returns the model `PasswordReset` on this connection. */
export function passwordResetModel(connection: Connection): PasswordResetModel {
  return connection.model<PasswordResetRecord>('PasswordReset', passwordResetSchema)
}
