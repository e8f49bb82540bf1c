import { keepCacheFresh, type CacheInvalidation } from '../lib/cacheInvalidation.ts'
import type { Logger } from '../lib/logger.ts'
import type { Models } from '../models/index.ts'
import type { UserRecord } from '../models/user.model.ts'

/** Knows which users are muted. */
export interface MuteService {
  /** Returns the end of the mute of a user, or null when the user may write. */
  mutedUntil(userId: string): Date | null
  /** Takes over a mute that is in the database, or with null the end of one, and tells the other nodes. */
  noteMute(userId: string, until: Date | null): void
  close(): void
}

/** A mute, and its end by `performance.now()`: when the server's clock is set back, a mute of an hour lasts no longer. */
interface Mute {
  until: Date
  endsAt: number
}

const measured = (until: Date): Mute => ({ until, endsAt: performance.now() + until.getTime() - Date.now() })

/**
 * Loads the mutes. They stay in memory, because each message asks for them.
 * @param ended called when a mute has ended before the server's clock says so
 */
export async function createMuteService(
  { User }: Pick<Models, 'User'>,
  cacheInvalidation: CacheInvalidation,
  ended: (user: UserRecord) => void,
  logger: Logger,
): Promise<MuteService> {
  let mutes = new Map<string, Mute>()

  async function load(): Promise<void> {
    const found = await User.find({ mutedUntil: { $gt: new Date() } }, { mutedUntil: 1 }).lean()
    const next = new Map<string, Mute>()
    for (const { _id, mutedUntil } of found) {
      if (!mutedUntil) continue
      const id = _id.toHexString()
      const known = mutes.get(id)
      const mute = known?.until.getTime() === mutedUntil.getTime() ? known : measured(mutedUntil)
      if (mute.endsAt > performance.now()) next.set(id, mute)
      else await end(id, mutedUntil)
    }
    mutes = next
  }

  /** Ends a mute in the database, so that every node and page knows. */
  async function end(_id: string, mutedUntil: Date): Promise<void> {
    const user = await User.findOneAndUpdate(
      { _id, mutedUntil },
      { mutedUntil: null },
      { returnDocument: 'after' },
    ).lean()
    if (user) ended(user)
  }

  await load()
  const stop = keepCacheFresh(cacheInvalidation, 'mutes', load, logger)

  return {
    mutedUntil(userId) {
      const mute = mutes.get(userId)
      return mute && mute.until > new Date() && mute.endsAt > performance.now() ? mute.until : null
    },

    noteMute(userId, until) {
      if (until) mutes.set(userId, measured(until))
      else mutes.delete(userId)
      cacheInvalidation.publish('mutes')
    },

    close: stop,
  }
}
