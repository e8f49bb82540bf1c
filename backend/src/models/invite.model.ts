import { Schema, type Connection, type Model, type Types } from 'mongoose'
import type { LinkRequestFields } from '../lib/auth/linkTokens.ts'

/** The link into a group. */
export interface InviteRecord extends LinkRequestFields {
  /** The id of the group: it has one link at a time. */
  _id: Types.ObjectId
  /** A reader of the store must not be able to join. */
  tokenHash: string
  createdBy: Types.ObjectId
  createdAt: Date
  expiresAt: Date | null
  maxUses: number | null
  uses: number
  /**
   * Counted down, so that one condition decides which user is the last. Without a limit it is a number that no count
   * reaches.
   */
  usesLeft: number
}

export type InviteModel = Model<InviteRecord>

const inviteSchema = new Schema<InviteRecord>(
  {
    tokenHash: { type: String, required: true },
    createdBy: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    maxUses: { type: Number, default: null },
    uses: { type: Number, required: true },
    usesLeft: { type: Number, required: true },
    requestKey: String,
    requestHash: String,
    tokenSalt: String,
  },
  { versionKey: false },
)
inviteSchema.index({ tokenHash: 1 }, { unique: true })

/** Returns the model `Invite` on this connection. */
export function inviteModel(connection: Connection): InviteModel {
  return connection.model<InviteRecord>('Invite', inviteSchema)
}
