import { ANNOUNCEMENTS_ID, type PendingBroadcast } from 'backend/contract'
import { useMemo } from 'react'
import { hasRead } from '../conversations/conversation.model.ts'
import { useConversation } from '../conversations/conversations.store.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'

/**
 * Returns the announcements for the banner above every page: urgent ones until they are acknowledged, or opened if that
 * is enough; others after an admin's reminder, until the user dismisses them. Urgent ones come first, and of each kind
 * the one that was reminded of last.
 */
export function useUrgentAnnouncements(): PendingBroadcast[] {
  const items = usePendingBroadcasts((state) => state.items)
  const dismissed = usePendingBroadcasts((state) => state.dismissed)
  const room = useConversation(ANNOUNCEMENTS_ID)
  return useMemo(
    () =>
      items
        .filter(({ id, priority, remindedAt, needsAcknowledgement, seq }) => {
          if (!needsAcknowledgement && room && hasRead(room, seq)) return false
          return priority === 'urgent' || (remindedAt !== null && dismissed[id] !== remindedAt)
        })
        .toSorted((a, b) => Number(isUrgent(b)) - Number(isUrgent(a)) || reminded(b) - reminded(a)),
    [items, dismissed, room],
  )
}

const isUrgent = ({ priority }: PendingBroadcast): boolean => priority === 'urgent'

const reminded = ({ remindedAt }: PendingBroadcast): number => (remindedAt === null ? 0 : Date.parse(remindedAt))
