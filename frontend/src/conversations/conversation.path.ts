import { ANNOUNCEMENTS_ID, type ConversationId } from 'backend/contract'
import { hasPageFocus } from '../lib/pageFocus.ts'

/** Returns the conversation that is shown in this tab while the tab has the focus, else null. */
export function conversationInSight(): ConversationId | null {
  return hasPageFocus() ? conversationAt(location.pathname) : null
}

/** Returns the path of the page that shows a conversation. */
export function pathOf(id: ConversationId): string {
  return id === ANNOUNCEMENTS_ID ? '/announcements' : `/c/${id}`
}

/** Returns the conversation that the page at a path shows, else null. */
export function conversationAt(path: string): ConversationId | null {
  return path === '/announcements' ? ANNOUNCEMENTS_ID : (/^\/c\/([^/]+)\/?$/.exec(path)?.[1] ?? null)
}
