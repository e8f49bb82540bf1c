import type { ConversationLeft } from 'backend/contract'
import { useConversations } from '../conversations/conversations.store.ts'
import { useDrafts } from '../drafts/drafts.store.ts'
import { useMessages } from './messages.store.ts'

/** Removes everything of a group that the user left, except the reason, which an open page of the group shows. */
export function leaveConversation(left: ConversationLeft): void {
  const { conversationId } = left
  useMessages.getState().leave(conversationId)
  useDrafts.getState().setDraft(conversationId, '')
  useConversations.getState().leave(left)
}
