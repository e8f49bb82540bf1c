import type { PresenceChange, UserId } from 'backend/contract'
import { create } from 'zustand'
import { useConnection } from './connection.store.ts'

interface PresenceState {
  online: ReadonlySet<UserId>
  replace(online: UserId[]): void
  apply(change: PresenceChange): void
}

export const usePresence = create<PresenceState>()((set) => ({
  online: new Set(),
  replace: (online) => set({ online: new Set(online) }),
  apply: (change) =>
    set((state) => {
      const online = new Set(state.online)
      for (const id of change.online) online.add(id)
      for (const id of change.offline) online.delete(id)
      return { online }
    }),
}))

/** False for everybody while there is no connection: what was last heard may have changed since. */
export function useIsOnline(userId: UserId | undefined): boolean {
  const connected = useConnection(({ state }) => state === 'online')
  return usePresence(({ online }) => connected && userId !== undefined && online.has(userId))
}
