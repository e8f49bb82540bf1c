import type { Conversation, UserId } from 'backend/contract'

/** What a conversation is called. The one with oneself is called "You". */
export function nameOf(conversation: Conversation, ownId: UserId | undefined): string {
  if (conversation.kind === 'broadcast') return 'Announcements'
  if (conversation.peer === null) return 'Unknown person'
  return conversation.peer.id === ownId ? 'You' : conversation.peer.fullName
}

/** Where a conversation is found. */
export function pathOf(conversation: Conversation): string {
  return conversation.kind === 'broadcast' ? '/announcements' : `/c/${conversation.id}`
}

export interface Preview {
  /** `Draft:` is amber and means that something waits to be sent. */
  lead: 'Draft:' | 'You:' | null
  text: string
}

/** The second line of a row: the draft, else the last message. */
export function previewOf(conversation: Conversation, ownId: UserId | undefined, draft: string | undefined): Preview {
  if (draft !== undefined && draft.trim() !== '') return { lead: 'Draft:', text: oneLine(draft) }
  const last = conversation.lastMessage
  if (last === null) return { lead: null, text: conversation.kind === 'broadcast' ? 'No announcements yet' : 'No messages yet' }
  const toOneself = conversation.peer?.id === ownId
  return { lead: last.senderId === ownId && !toOneself ? 'You:' : null, text: oneLine(last.title ?? last.text) }
}

/** More than a row can show, so that a long message does not make the browser lay out all of it in every row. */
const PREVIEW_MAX = 160

function oneLine(text: string): string {
  return text.slice(0, PREVIEW_MAX).replace(/\s+/gu, ' ').trim()
}
