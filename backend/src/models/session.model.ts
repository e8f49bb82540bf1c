import { Schema, Types, type Connection, type Model } from 'mongoose'
import type { FindSession } from '../lib/access.ts'

/** A refresh token of a session: only its hash is kept. */
export interface SessionToken {
  hash: string
  /** When it was exchanged for a newer one; null while it never was. */
  spentAt: Date | null
}

/** A login, from signing in to signing out or expiring. */
export interface SessionRecord {
  _id: Types.ObjectId
  userId: Types.ObjectId
  tokens: SessionToken[]
  /** Raised at each change: of two simultaneous ones the second sees that it must look again. */
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
// For `removeExpired`. A TTL index would do it alone, but not every server that speaks MongoDB's protocol has them.
sessionSchema.index({ expiresAt: 1 })
// For ending all of a person's.
sessionSchema.index({ userId: 1 })

export function sessionModel(connection: Connection): SessionModel {
  return connection.model<SessionRecord>('Session', sessionSchema)
}

/** One read by `_id`; null when the session is gone, has expired, or is somebody else's. */
export function sessionFinder(sessions: SessionModel): FindSession {
  return async (sessionId, userId) => {
    const session = await sessions.findOne({ _id: new Types.ObjectId(sessionId) }, { userId: 1, expiresAt: 1 }).lean()
    return session && String(session.userId) === userId && session.expiresAt > new Date()
      ? { expiresAt: session.expiresAt }
      : null
  }
}

/** Until then `sessionFinder` and the rotation look at the clock. */
export async function removeExpired(sessions: SessionModel): Promise<void> {
  await sessions.deleteMany({ expiresAt: { $lte: new Date() } })
}
