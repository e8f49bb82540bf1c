import type { UserId } from 'backend/contract'
import { useEffect } from 'react'
import { useConnection } from '../connection/connection.store.ts'
import { useUsers } from './people.store.ts'
import { usePresence } from './presence.store.ts'
import { showPresence } from './presence.watcher.ts'

/** `unknown` while there is no connection, because the last known presence may be outdated, and until the server has told it. */
export type Presence = 'online' | 'away' | 'offline' | 'unknown'

/** Returns the presence of a user, and has the server tell of it while the component is there. */
export function usePresenceOf(userId: UserId | undefined): Presence {
  useEffect(() => (userId === undefined ? undefined : showPresence([userId])), [userId])
  const connected = useConnection(({ state }) => state === 'online')
  return usePresence(({ known, online, away }) => {
    if (!connected || userId === undefined || !known.has(userId)) return 'unknown'
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
