import type { PresenceChange, PresenceList, PresenceState, UserId } from '../contract/index.ts'

/** A hundred users who connect at the same moment make one event instead of a hundred to everyone. */
const BATCH_MS = 100
/** A page that reloads is back within this time, so its user does not go offline. */
const GRACE_MS = 2000

/** The presence of the users of this node. */
export interface PresenceTracker {
  /** The user's first connection opened. */
  came(userId: UserId): void
  /** The user's last connection closed. */
  left(userId: UserId): void
  /** Sets whether all connections of an online user say that the user is away. */
  setAway(userId: UserId, isAway: boolean): void
  stateOf(userId: UserId): PresenceState
  list(): PresenceList
  close(): void
}

/** Announces changes in batches, never the whole list: N users who connect cost O(N), not O(N²). */
export function createPresenceTracker(announce: (change: PresenceChange) => void): PresenceTracker {
  const present = new Map<UserId, Exclude<PresenceState, 'offline'>>()
  const leaving = new Map<UserId, NodeJS.Timeout>()
  /** The users who changed since the last announcement, with the state that was announced before. */
  const before = new Map<UserId, PresenceState>()
  let flushing: NodeJS.Timeout | undefined

  const stateOf = (userId: UserId): PresenceState => present.get(userId) ?? 'offline'

  function setState(userId: UserId, state: PresenceState): void {
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
      // The user came and went within one batch.
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
      if (!leaving.delete(userId)) setState(userId, 'online')
    },
    left(userId) {
      leaving.set(
        userId,
        setTimeout(() => {
          leaving.delete(userId)
          setState(userId, 'offline')
        }, GRACE_MS),
      )
    },
    setAway(userId, isAway) {
      if (present.has(userId)) setState(userId, isAway ? 'away' : 'online')
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
