import { ANNOUNCEMENTS_ID, type PendingBroadcast } from 'backend/contract'
import { useMemo } from 'react'
import { hasRead } from '../conversations/conversation.model.ts'
import { useConversation } from '../conversations/conversations.store.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'

/**
 * The announcements that call for the person above every page, the most pressing first: urgent ones until they are acknowledged, or
 * opened where that is enough; others once an admin has reminded of them, until they are put aside.
 */
export function useUrgentAnnouncements(): PendingBroadcast[] {
  const items = usePendingBroadcasts((state) => state.items)
  const dismissed = usePendingBroadcasts((state) => state.dismissed)
  const room = useConversation(ANNOUNCEMENTS_ID)
  return useMemo(
    () =>
      items.filter(({ id, priority, remindedAt, needsAcknowledgement, seq }) => {
        if (!needsAcknowledgement && room && hasRead(room, seq)) return false
        return priority === 'urgent' || (remindedAt !== null && dismissed[id] !== remindedAt)
      }),
    [items, dismissed, room],
  )
}
