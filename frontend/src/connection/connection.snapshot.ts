import type { Hello } from 'backend/contract'
import { applyPresence } from '../lib/presenceSets.ts'
import type { News } from './connection.protocol.ts'

/** What a tab has to know of a connection that began before the tab. All else the tab asks the server for. */
export interface ConnectionSnapshot {
  take(news: News): void
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
  let presence: { online: Set<string>; away: Set<string> } | null = null

  function begin(next: typeof state): void {
    state = next
    refused = null
    hello = null
    presence = null
  }

  return {
    take(news) {
      if (news.kind === 'connected' || news.kind === 'disconnected') begin(news.kind)
      else if (news.kind === 'refused') refused = news
      if (news.kind !== 'event') return
      if (news.event === 'hello') {
        ;[hello] = news.args
        helloAt = performance.now()
      } else if (news.event === 'maintenanceChanged') hello &&= { ...hello, maintenance: news.args[0] }
      else if (news.event === 'getOnlineUsers') {
        const [{ online, away }] = news.args
        presence = { online: new Set(online), away: new Set(away) }
      } else if (news.event === 'presenceChanged' && presence) applyPresence(presence, news.args[0])
    },

    forNewTab() {
      const news: News[] = []
      if (state !== 'connecting') news.push({ kind: state })
      if (refused) news.push(refused)
      if (hello) {
        const serverTime = new Date(Date.parse(hello.serverTime) + performance.now() - helloAt).toISOString()
        news.push({ kind: 'event', event: 'hello', args: [{ ...hello, serverTime }] })
      }
      if (presence) {
        const list = { online: [...presence.online], away: [...presence.away] }
        news.push({ kind: 'event', event: 'getOnlineUsers', args: [list] })
      }
      return news
    },
  }
}
