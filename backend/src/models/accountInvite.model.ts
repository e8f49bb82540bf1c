import { Schema, type Connection, type Model, type Types } from 'mongoose'
import type { LinkRequestFields } from '../lib/auth/linkTokens.ts'

/** A use of an invitation that a running signup has taken, for the account with this id. */
export interface InviteHold {
  userId: Types.ObjectId
  until: Date
}

/** A link that lets visitors sign up. */
export interface AccountInviteRecord extends LinkRequestFields {
  _id: Types.ObjectId
  tokenHash: string
  note: string
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
  /**
   * The signups that have taken a use and are not complete, by the id of the account to be. `uses` and `usesLeft` count
   * them already. Records of earlier versions have none.
   */
  holds?: InviteHold[]
}

export type AccountInviteModel = Model<AccountInviteRecord>

const accountInviteSchema = new Schema<AccountInviteRecord>(
  {
    tokenHash: { type: String, required: true },
    note: { type: String, default: '' },
    createdBy: { type: Schema.Types.ObjectId, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    maxUses: { type: Number, default: null },
    uses: { type: Number, required: true },
    usesLeft: { type: Number, required: true },
    requestKey: String,
    requestHash: String,
    tokenSalt: String,
    holds: { type: [{ userId: Schema.Types.ObjectId, until: Date, _id: false }], default: undefined },
  },
  { versionKey: false },
)
accountInviteSchema.index({ tokenHash: 1 }, { unique: true })
// One link for all repeats of a request. Sparse: a link without a client's key has no `requestKey`.
accountInviteSchema.index({ requestKey: 1 }, { unique: true, sparse: true })

/** Returns the model `AccountInvite` on this connection. */
export function accountInviteModel(connection: Connection): AccountInviteModel {
  return connection.model<AccountInviteRecord>('AccountInvite', accountInviteSchema)
}
