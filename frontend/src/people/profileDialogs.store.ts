import type { ConversationId, UserId } from 'backend/contract'
import { create } from 'zustand'

export interface ReportedMessage {
  conversationId: ConversationId
  seq: number
}

interface ProfileDialogs {
  /** Whose card is open. */
  profileOf: UserId | null
  /** What is asked about whom, above the card if that is open. */
  asking: { what: 'block' | 'report'; userId: UserId; message?: ReportedMessage } | null
}

export const useProfileDialogs = create<ProfileDialogs>()(() => ({ profileOf: null, asking: null }))

/** Opens somebody's profile card, from wherever they are named. */
export const showProfile = (userId: UserId): void => useProfileDialogs.setState({ profileOf: userId })
export const closeProfile = (): void => useProfileDialogs.setState({ profileOf: null })

/** Explains what blocking does, and blocks if that is wanted. */
export const askToBlock = (userId: UserId): void => useProfileDialogs.setState({ asking: { what: 'block', userId } })
/** Asks what there is to report of somebody, or of a message of theirs, to the admins. */
export const askToReport = (userId: UserId, message?: ReportedMessage): void =>
  useProfileDialogs.setState({ asking: { what: 'report', userId, ...(message && { message }) } })
export const closeAsking = (): void => useProfileDialogs.setState({ asking: null })
