import type { PresenceChange, UserId } from 'backend/contract'
import { create } from 'zustand'

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

export function useIsOnline(userId: UserId | undefined): boolean {
  return usePresence((state) => userId !== undefined && state.online.has(userId))
}
