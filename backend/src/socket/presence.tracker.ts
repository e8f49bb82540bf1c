import type { PresenceChange, PresenceList, PresenceState, UserId } from '../contract/index.ts'

/** A hundred people who connect in the same moment make one event instead of a hundred to everybody. */
const BATCH_MS = 100
/** A page that is reloaded is back by then, and nobody saw it go. */
const GRACE_MS = 2000

export interface Presence {
  /** The person's first connection opened. */
  came(userId: UserId): void
  /** The person's last connection closed. */
  left(userId: UserId): void
  /** Whether all connections of a person who is online say that nobody is at them. */
  setAway(userId: UserId, isAway: boolean): void
  stateOf(userId: UserId): PresenceState
  list(): PresenceList
  close(): void
}

/** Tells what changed, gathered for a moment, never the whole list: connecting N people costs O(N), not O(N²). */
export function createPresence(announce: (change: PresenceChange) => void): Presence {
  const present = new Map<UserId, Exclude<PresenceState, 'offline'>>()
  const leaving = new Map<UserId, NodeJS.Timeout>()
  /** Who changed since the last announcement, and what was announced of them before. */
  const before = new Map<UserId, PresenceState>()
  let flushing: NodeJS.Timeout | undefined

  const stateOf = (userId: UserId): PresenceState => present.get(userId) ?? 'offline'

  function become(userId: UserId, state: PresenceState): void {
    if (stateOf(userId) === state) return
    if (!before.has(userId)) before.set(userId, stateOf(userId))
    if (state === 'offline') present.delete(userId)
    else present.set(userId, state)
    flushing ??= setTimeout(flush, BATCH_MS)
  }

  function flush(): void {
    flushing = undefined
    const change: PresenceChange = { online: [], away: [], offline: [], at: new Date().toISOString() }
    let isEmpty = true
    for (const [userId, announced] of before) {
      const state = stateOf(userId)
      // Came and went within one batch: nothing happened.
      if (state === announced) continue
      change[state].push(userId)
      isEmpty = false
    }
    before.clear()
    if (!isEmpty) announce(change)
  }

  return {
    came(userId) {
      clearTimeout(leaving.get(userId))
      if (!leaving.delete(userId)) become(userId, 'online')
    },
    left(userId) {
      leaving.set(
        userId,
        setTimeout(() => {
          leaving.delete(userId)
          become(userId, 'offline')
        }, GRACE_MS),
      )
    },
    setAway(userId, isAway) {
      if (present.has(userId)) become(userId, isAway ? 'away' : 'online')
    },
    stateOf,
    list: () => ({
      online: [...present.keys()],
      away: [...present].flatMap(([userId, state]) => (state === 'away' ? [userId] : [])),
    }),
    close() {
      clearTimeout(flushing)
      for (const timer of leaving.values()) clearTimeout(timer)
    },
  }
}
