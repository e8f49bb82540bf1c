import type { PresenceChange, PresenceList, UserId } from 'backend/contract'
import { create } from 'zustand'
import { applyPresence } from '../lib/presenceSets.ts'
import { useConnection } from '../connection/connection.store.ts'
import { useUsers } from './people.store.ts'

/** `unknown` while there is no connection, because the last known presence may be outdated. */
export type Presence = 'online' | 'away' | 'offline' | 'unknown'

interface PresenceState {
  /** Includes the people who are away. */
  online: ReadonlySet<UserId>
  away: ReadonlySet<UserId>
  /** When people went offline while this page was connected, ISO 8601. */
  wentAt: Readonly<Record<UserId, string>>
  replace(list: PresenceList): void
  apply(change: PresenceChange): void
}

export const usePresence = create<PresenceState>()((set) => ({
  online: new Set(),
  away: new Set(),
  wentAt: {},
  replace: ({ online, away }) => set({ online: new Set(online), away: new Set(away) }),
  apply: (change) =>
    set((state) => {
      const sets = { online: new Set(state.online), away: new Set(state.away) }
      applyPresence(sets, change)
      const wentAt = { ...state.wentAt, ...Object.fromEntries(change.offline.map((id) => [id, change.at])) }
      return { ...sets, wentAt }
    }),
}))

/** Returns the presence of a user; `unknown` while the page is offline. */
export function usePresenceOf(userId: UserId | undefined): Presence {
  const connected = useConnection(({ state }) => state === 'online')
  return usePresence(({ online, away }) => {
    if (!connected || userId === undefined) return 'unknown'
    if (!online.has(userId)) return 'offline'
    return away.has(userId) ? 'away' : 'online'
  })
}

/** Returns when the person's last connection ended, ISO 8601; null when unknown. It means nothing while they are online. */
export function useLastSeen(userId: UserId | undefined): string | null {
  const wentAt = usePresence((state) => (userId === undefined ? undefined : state.wentAt[userId]))
  const lastSeenAt = useUsers((state) => (userId === undefined ? undefined : state.byId[userId]?.lastSeenAt)) ?? null
  return wentAt !== undefined && (lastSeenAt === null || lastSeenAt < wentAt) ? wentAt : lastSeenAt
}
