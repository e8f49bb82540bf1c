import type { ConversationId, UserId } from 'backend/contract'
import { create } from 'zustand'

export interface ReportedMessage {
  conversationId: ConversationId
  seq: number
}

interface ProfileDialogs {
  /** The user of the open profile card. */
  profileOf: UserId | null
  /** The open dialog and its user. It is above the profile card when both are open. */
  asking: { what: 'block' | 'report'; userId: UserId; message?: ReportedMessage } | null
}

export const useProfileDialogs = create<ProfileDialogs>()(() => ({ profileOf: null, asking: null }))

/** Opens a user's profile card. */
export const showProfile = (userId: UserId): void => useProfileDialogs.setState({ profileOf: userId })
export const closeProfile = (): void => useProfileDialogs.setState({ profileOf: null })

/** Opens the dialog that blocks a user. */
export const askToBlock = (userId: UserId): void => useProfileDialogs.setState({ asking: { what: 'block', userId } })
/** Opens the dialog that reports a user or a message to the admins. */
export const askToReport = (userId: UserId, message?: ReportedMessage): void =>
  useProfileDialogs.setState({ asking: { what: 'report', userId, ...(message && { message }) } })
export const closeAsking = (): void => useProfileDialogs.setState({ asking: null })
