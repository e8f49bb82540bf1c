import type { PresenceChange, PresenceState, UserId } from '../contract/index.ts'

/**
 * Each event goes to every connection. So on a full node they come in fewer and larger ones, however many people on however many nodes come and
 * go: of presence a node sends about so many packets a second at most. With 5,000 connections that is an event a second.
 */
const PACKETS_PER_SECOND = 5000

/** Gathers changes of presence for the connections of this node: the first is told at once, what follows when it is time again. */
export function createPresenceNews(connections: () => number, tell: (change: PresenceChange) => void) {
  const states = new Map<UserId, PresenceState>()
  let at = ''
  let nextAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    timer = undefined
    const change: PresenceChange = { online: [], away: [], offline: [], at }
    for (const [userId, state] of states) change[state].push(userId)
    states.clear()
    nextAt = performance.now() + (connections() / PACKETS_PER_SECOND) * 1000
    tell(change)
  }

  return {
    add(change: PresenceChange): void {
      for (const state of ['online', 'away', 'offline'] as const)
        for (const userId of change[state]) states.set(userId, state)
      at = change.at
      if (timer) return
      const wait = nextAt - performance.now()
      if (wait <= 0) flush()
      else timer = setTimeout(flush, wait)
    },
    close: () => clearTimeout(timer),
  }
}
