import { PRESENCE_STATES, type Hello, type PresenceState, type PresenceStates, type UserId } from 'backend/contract'
import type { News } from './connection.protocol.ts'

/** What a tab has to know of a connection that began before the tab. All else the tab asks the server for. */
export interface ConnectionSnapshot {
  take(news: News): void
  /** Returns the last known presence of those of the users whom the connection watches. */
  presenceOf(userIds: readonly UserId[]): PresenceStates
  /** Returns the news that bring a new tab to the present. */
  forNewTab(): News[]
}

/** Creates the snapshot of a connection that was not opened yet. */
export function createSnapshot(): ConnectionSnapshot {
  let state: 'connecting' | 'connected' | 'disconnected' = 'connecting'
  let refused: News | null = null
  let hello: Hello | null = null
  /** When `hello` came, by `performance.now()`. */
  let helloAt = 0
  const presence = new Map<UserId, PresenceState>()

  function begin(next: typeof state): void {
    state = next
    refused = null
    hello = null
    presence.clear()
  }

  function notePresence(states: PresenceStates): void {
    for (const state of PRESENCE_STATES) for (const userId of states[state]) presence.set(userId, state)
  }

  return {
    presenceOf(userIds) {
      const states: PresenceStates = { online: [], away: [], offline: [] }
      for (const userId of userIds) {
        const state = presence.get(userId)
        if (state) states[state].push(userId)
      }
      return states
    },

    take(news) {
      if (news.kind === 'connected' || news.kind === 'disconnected') begin(news.kind)
      else if (news.kind === 'refused') refused = news
      else if (news.kind === 'presence') notePresence(news.states)
      if (news.kind !== 'event') return
      if (news.event === 'hello') {
        ;[hello] = news.args
        helloAt = performance.now()
      } else if (news.event === 'maintenanceChanged') hello &&= { ...hello, maintenance: news.args[0] }
      else if (news.event === 'presenceChanged') notePresence(news.args[0])
    },

    forNewTab() {
      const news: News[] = []
      if (state !== 'connecting') news.push({ kind: state })
      if (refused) news.push(refused)
      if (hello) {
        const serverTime = new Date(Date.parse(hello.serverTime) + performance.now() - helloAt).toISOString()
        news.push({ kind: 'event', event: 'hello', args: [{ ...hello, serverTime }] })
      }
      return news
    },
  }
}
