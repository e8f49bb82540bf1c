import { ANNOUNCEMENTS_ID, type ConversationId } from 'backend/contract'
import { hasPageFocus } from '../lib/pageFocus.ts'

/** The conversation that somebody can be looking at in this tab. */
export function conversationInSight(): ConversationId | null {
  return hasPageFocus() ? conversationAt(location.pathname) : null
}

/** Where a conversation is shown. */
export function pathOf(id: ConversationId): string {
  return id === ANNOUNCEMENTS_ID ? '/announcements' : `/c/${id}`
}

function conversationAt(path: string): ConversationId | null {
  return path === '/announcements' ? ANNOUNCEMENTS_ID : (/^\/c\/([^/]+)\/?$/.exec(path)?.[1] ?? null)
}
