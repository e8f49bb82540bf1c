import type { UserId } from 'backend/contract'
import { create } from 'zustand'

interface PeopleDialogs {
  /** Whose card is open. */
  profileOf: UserId | null
  /** What is asked about whom, above the card if that is open. */
  asking: { what: 'block' | 'report'; userId: UserId } | null
}

export const usePeopleDialogs = create<PeopleDialogs>()(() => ({ profileOf: null, asking: null }))

/** Opens somebody's profile card, from wherever they are named. */
export const showProfile = (userId: UserId): void => usePeopleDialogs.setState({ profileOf: userId })
export const closeProfile = (): void => usePeopleDialogs.setState({ profileOf: null })

/** Explains what blocking does, and blocks if that is wanted. */
export const askToBlock = (userId: UserId): void => usePeopleDialogs.setState({ asking: { what: 'block', userId } })
/** Asks what there is to report of somebody to the admins. */
export const askToReport = (userId: UserId): void => usePeopleDialogs.setState({ asking: { what: 'report', userId } })
export const closeAsking = (): void => usePeopleDialogs.setState({ asking: null })
