import type { ConversationLeft } from 'backend/contract'
import { useConversations } from '../conversations/conversations.store.ts'
import { useDrafts } from '../drafts/drafts.store.ts'
import { draftedEdits, editDraftKey } from '../drafts/editDraft.keys.ts'
import { useMessages } from './messages.store.ts'

/** Removes everything of a group that the user left, except the reason, which an open page of the group shows. */
export function leaveConversation(left: ConversationLeft): void {
  const { conversationId } = left
  useMessages.getState().leave(conversationId)
  const { drafts, setDraft } = useDrafts.getState()
  setDraft(conversationId, '')
  for (const seq of draftedEdits(conversationId, drafts)) setDraft(editDraftKey(conversationId, seq), '')
  useConversations.getState().leave(left)
}
