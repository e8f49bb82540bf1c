import type { PresenceChange, PresenceStates, UserId } from 'backend/contract'
import { create } from 'zustand'
import { applyPresence } from '../lib/presenceSets.ts'

interface PresenceState {
  /** The users whose presence the server has told since the page connected, and tells from then on. */
  known: ReadonlySet<UserId>
  /** Includes the people who are away. */
  online: ReadonlySet<UserId>
  away: ReadonlySet<UserId>
  /** When people went offline while this page was connected, ISO 8601. */
  wentAt: Readonly<Record<UserId, string>>
  /** Takes the present state of users. */
  learn(states: PresenceStates): void
  /** Ends what the server tells: of these users, or of all when the connection is lost. */
  forget(userIds?: readonly UserId[]): void
  apply(change: PresenceChange): void
}

export const usePresence = create<PresenceState>()((set) => ({
  known: new Set(),
  online: new Set(),
  away: new Set(),
  wentAt: {},
  learn: (states) =>
    set((state) => {
      const sets = { online: new Set(state.online), away: new Set(state.away) }
      applyPresence(sets, states)
      return { ...sets, known: new Set([...state.known, ...states.online, ...states.away, ...states.offline]) }
    }),
  forget: (userIds) =>
    set((state) => {
      if (!userIds) return { known: new Set() }
      const gone = new Set(userIds)
      return { known: new Set([...state.known].filter((id) => !gone.has(id))) }
    }),
  apply: (change) =>
    set((state) => {
      const sets = { online: new Set(state.online), away: new Set(state.away) }
      applyPresence(sets, change)
      const wentAt = { ...state.wentAt, ...Object.fromEntries(change.offline.map((id) => [id, change.at])) }
      return { ...sets, wentAt }
    }),
}))
