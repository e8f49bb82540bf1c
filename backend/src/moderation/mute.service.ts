import { keepCacheFresh, type CacheInvalidation } from '../lib/cacheInvalidation.ts'
import type { Logger } from '../lib/logger.ts'
import type { Models } from '../models/index.ts'

/** Knows which users are muted. */
export interface MuteService {
  /** Returns the end of the mute of a user, or null when the user may write. */
  mutedUntil(userId: string): Date | null
  /** Takes over a mute that is in the database, or with null the end of one, and tells the other nodes. */
  noteMute(userId: string, until: Date | null): void
  close(): void
}

/** Loads the mutes. They stay in memory, because each message asks for them. */
export async function createMuteService(
  { User }: Pick<Models, 'User'>,
  cacheInvalidation: CacheInvalidation,
  logger: Logger,
): Promise<MuteService> {
  let mutes = new Map<string, Date>()

  async function load(): Promise<void> {
    const found = await User.find({ mutedUntil: { $gt: new Date() } }, { mutedUntil: 1 }).lean()
    mutes = new Map(
      found.flatMap(({ _id, mutedUntil }) => (mutedUntil ? [[_id.toHexString(), mutedUntil] as const] : [])),
    )
  }

  await load()
  const stop = keepCacheFresh(cacheInvalidation, 'mutes', load, logger)

  return {
    mutedUntil(userId) {
      const until = mutes.get(userId)
      return until && until > new Date() ? until : null
    },

    noteMute(userId, until) {
      if (until) mutes.set(userId, until)
      else mutes.delete(userId)
      cacheInvalidation.publish('mutes')
    },

    close: stop,
  }
}
