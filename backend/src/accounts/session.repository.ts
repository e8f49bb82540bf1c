import { Types } from 'mongoose'
import { createDataLoader } from '../lib/dataLoader.ts'
import type { FindSession } from '../lib/auth/access.ts'
import type { Models } from '../models/index.ts'
import type { SessionRecord } from '../models/session.model.ts'

/** The fields of a session that a refresh changes. */
export type SessionRefresh = Pick<SessionRecord, 'tokens' | 'lastUsedAt' | 'expiresAt' | 'userAgent' | 'ip'>

/** The queries on sessions. Ids are 24 hexadecimal digits. */
export interface SessionRepository {
  /**
   * Finds a session of this user that has not expired, by `_id`; null when there is none. Look-ups of one turn of the
   * event loop share a query.
   */
  findActive: FindSession
  /** Finds a session, expired or not. */
  find(sessionId: string): Promise<SessionRecord | null>
  insert(session: SessionRecord): Promise<void>
  /** Writes a refresh and raises `version` by one; false when the session has another version than `version` by now. */
  refresh(session: Pick<SessionRecord, '_id' | 'version'>, change: SessionRefresh): Promise<boolean>
  remove(sessionId: string): Promise<void>
  /** Removes expired sessions. Until then `findActive` and the rotation compare `expiresAt` with the clock. */
  removeExpired(): Promise<void>
}

/** Creates the repository of sessions. */
export function createSessionRepository({ Session, User }: Pick<Models, 'Session' | 'User'>): SessionRepository {
  // A storm of connections asks for thousands of sessions at once.
  const find = createDataLoader(async (ids) => {
    const found = await Session.find({ _id: { $in: ids } }, { userId: 1, role: 1, expiresAt: 1 }).lean()
    return new Map(found.map((session) => [session._id.toHexString(), session]))
  })
  return {
    async findActive(sessionId, userId) {
      const session = (await find([sessionId])).get(sessionId)
      if (!session || String(session.userId) !== userId || session.expiresAt <= new Date()) return null
      const role = session.role ?? (await User.findById(session.userId, { role: 1 }).lean())?.role
      return role === undefined ? null : { role, expiresAt: session.expiresAt }
    },

    find: (sessionId) => Session.findOne({ _id: new Types.ObjectId(sessionId) }).lean(),

    async insert(session) {
      await Session.create(session)
    },

    async refresh({ _id, version }, change) {
      const { matchedCount } = await Session.updateOne({ _id, version }, { $set: { ...change, version: version + 1 } })
      return matchedCount === 1
    },

    async remove(sessionId) {
      await Session.deleteOne({ _id: new Types.ObjectId(sessionId) })
    },

    async removeExpired() {
      await Session.deleteMany({ expiresAt: { $lte: new Date() } })
    },
  }
}
