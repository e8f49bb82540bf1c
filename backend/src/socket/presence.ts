import type { PresenceChange, UserId } from '../contract/index.ts'

/** A hundred people who connect in the same moment make one event instead of a hundred to everybody. */
const BATCH_MS = 100
/** A page that is reloaded is back by then, and nobody saw it go. */
const GRACE_MS = 2000

export interface Presence {
  /** The person's first connection opened. */
  came(userId: UserId): void
  /** The person's last connection closed. */
  left(userId: UserId): void
  online(): UserId[]
  close(): void
}

/** Tells what changed, gathered for a moment, never the whole list: connecting N people costs O(N), not O(N²). */
export function createPresence(announce: (change: PresenceChange) => void): Presence {
  const present = new Set<UserId>()
  const leaving = new Map<UserId, NodeJS.Timeout>()
  /** Since the last announcement: true came, false went. */
  const changes = new Map<UserId, boolean>()
  let flushing: NodeJS.Timeout | undefined

  function changed(userId: UserId, online: boolean): void {
    if (online) present.add(userId)
    else present.delete(userId)
    // Came and went within one batch: nothing happened.
    if (changes.has(userId) && changes.get(userId) !== online) changes.delete(userId)
    else changes.set(userId, online)
    flushing ??= setTimeout(flush, BATCH_MS)
  }

  function flush(): void {
    flushing = undefined
    if (changes.size === 0) return
    const change: PresenceChange = { online: [], offline: [] }
    for (const [userId, online] of changes) (online ? change.online : change.offline).push(userId)
    changes.clear()
    announce(change)
  }

  return {
    came(userId) {
      clearTimeout(leaving.get(userId))
      if (!leaving.delete(userId)) changed(userId, true)
    },
    left(userId) {
      leaving.set(
        userId,
        setTimeout(() => {
          leaving.delete(userId)
          changed(userId, false)
        }, GRACE_MS),
      )
    },
    online: () => [...present],
    close() {
      clearTimeout(flushing)
      for (const timer of leaving.values()) clearTimeout(timer)
    },
  }
}
