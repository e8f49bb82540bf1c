import { Schema, type Connection, type Model, type Types } from 'mongoose'
import { USER_ROLES, type UserRole } from '../contract/index.ts'

/** A refresh token of a session. Only its hash is stored. */
export interface SessionToken {
  hash: string
  /** When it was exchanged for a newer one; null before that. */
  spentAt: Date | null
}

/** A session: from a login to the logout or the expiry. */
export interface SessionRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  /** The user's role when the session was opened. Absent in sessions of version 0.1. */
  role?: UserRole
  tokens: SessionToken[]
  /** Raised at each change. Of two simultaneous changes the second finds another version and reads again. */
  version: number
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
  userAgent: string
  ip: string
}

export type SessionModel = Model<SessionRecord>

const sessionSchema = new Schema<SessionRecord>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    role: { type: String, enum: USER_ROLES },
    tokens: {
      type: [new Schema<SessionToken>({ hash: { type: String, required: true }, spentAt: Date }, { _id: false })],
      required: true,
    },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    userAgent: { type: String, default: '' },
    ip: { type: String, default: '' },
  },
  { versionKey: false },
)
// For `removeExpired`. There is no TTL index, because not every server that speaks MongoDB's protocol has them.
sessionSchema.index({ expiresAt: 1 })
// For ending all sessions of a user.
sessionSchema.index({ userId: 1 })

/** Returns the model `Session` on this connection. */
export function sessionModel(connection: Connection): SessionModel {
  return connection.model<SessionRecord>('Session', sessionSchema)
}
