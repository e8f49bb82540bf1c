import type { ConversationLeft } from 'backend/contract'
import { useConversations } from '../conversations/conversations.store.ts'
import { useDrafts } from '../conversations/drafts.store.ts'
import { useMessages } from './messages.store.ts'

/** One is no longer in a group: whatever the page has of it is gone, but for why, which who looks at it is told. */
export function leaveConversation(left: ConversationLeft): void {
  const { conversationId } = left
  useMessages.getState().leave(conversationId)
  useDrafts.getState().setDraft(conversationId, '')
  useConversations.getState().leave(left)
}
