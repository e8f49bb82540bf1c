import { Trans } from '@lingui/react/macro'
import type { Conversation } from 'backend/contract'
import { Mail, MailOpen } from 'lucide-react'
import { useConversations } from './conversations.store.ts'
import { MenuItem } from '../ui/Menu.tsx'

interface UnreadItemProps {
  conversation: Conversation
  /** Called when it was marked as unread. */
  onMarked?: () => void
}

/** Shows the menu item that marks a conversation as read or as unread. */
export function UnreadItem({ conversation, onMarked }: UnreadItemProps) {
  const { id, lastSeq, unreadCount, markedUnread } = conversation
  if (unreadCount > 0 || markedUnread) {
    return (
      <MenuItem icon={MailOpen} onSelect={() => useConversations.getState().markRead(id, lastSeq)}>
        <Trans>Mark as read</Trans>
      </MenuItem>
    )
  }
  return (
    <MenuItem
      icon={Mail}
      onSelect={() => {
        useConversations.getState().markUnread(id)
        onMarked?.()
      }}
    >
      <Trans>Mark as unread</Trans>
    </MenuItem>
  )
}
