import type { ConversationId, UserId } from 'backend/contract'
import { create } from 'zustand'

export interface ReportedMessage {
  conversationId: ConversationId
  seq: number
}

interface PeopleDialogs {
  /** Whose card is open. */
  profileOf: UserId | null
  /** What is asked about whom, above the card if that is open. */
  asking: { what: 'block' | 'report'; userId: UserId; message?: ReportedMessage } | null
}

export const usePeopleDialogs = create<PeopleDialogs>()(() => ({ profileOf: null, asking: null }))

/** Opens somebody's profile card, from wherever they are named. */
export const showProfile = (userId: UserId): void => usePeopleDialogs.setState({ profileOf: userId })
export const closeProfile = (): void => usePeopleDialogs.setState({ profileOf: null })

/** Explains what blocking does, and blocks if that is wanted. */
export const askToBlock = (userId: UserId): void => usePeopleDialogs.setState({ asking: { what: 'block', userId } })
/** Asks what there is to report of somebody, or of a message of theirs, to the admins. */
export const askToReport = (userId: UserId, message?: ReportedMessage): void =>
  usePeopleDialogs.setState({ asking: { what: 'report', userId, ...(message && { message }) } })
export const closeAsking = (): void => usePeopleDialogs.setState({ asking: null })
