import { PRESENCE_STATES, type PresenceChange, type PresenceState, type UserId } from '../contract/index.ts'

/**
 * This bounds the packets of presence that a node sends a second: when many connections are told, the events come less
 * often and carry more users. With 5,000 connections that is one event a second.
 */
const PACKETS_PER_SECOND = 5000

export interface PresencePublisher {
  add(change: PresenceChange): void
  close(): void
}

/**
 * Batches presence changes for the connections of this node: the first is sent at once, later ones when the rate
 * allows.
 * @param send returns how many packets it sent
 */
export function createPresencePublisher(send: (change: PresenceChange) => number): PresencePublisher {
  const states = new Map<UserId, PresenceState>()
  let at = ''
  let nextAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    timer = undefined
    const change: PresenceChange = { online: [], away: [], offline: [], at }
    for (const [userId, state] of states) change[state].push(userId)
    states.clear()
    nextAt = performance.now() + (send(change) / PACKETS_PER_SECOND) * 1000
  }

  return {
    add(change) {
      for (const state of PRESENCE_STATES) for (const userId of change[state]) states.set(userId, state)
      at = change.at
      if (timer) return
      const waitMs = nextAt - performance.now()
      if (waitMs <= 0) flush()
      else timer = setTimeout(flush, waitMs)
    },
    close: () => clearTimeout(timer),
  }
}
