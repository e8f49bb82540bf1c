import type { Conversation } from './conversation.ts'
import type { ConversationId, Message } from './message.ts'

/** What a client holds, for the server to say what changed since. */
export interface SyncInput {
  /** The `until` of the last sync that was taken in to its end; null at the first. */
  since: string | null
  /** For conversations whose messages the client holds: up to which `rev` it knows the changes. */
  held: Record<ConversationId, number>
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

export interface SyncPage {
  /** Conversations in which something changed: messages, edits, deletes, receipts. Some may be here without need. */
  conversations: Conversation[]
  /**
   * All changes of the held ones among them, ascending by `rev` in each conversation. Whoever takes them in knows all changes up to the
   * conversation's `lastRev`, even where the last ones told are below: the others were not for them.
   */
  messages: Message[]
  /** Held ones with too many changes to tell: load their newest page anew. */
  reload: ConversationId[]
  /** Groups that one left or was removed from: forget them. On the first page. */
  left: ConversationId[]
  nextCursor: string | null
  /** For the next sync, once every page of this one was taken in. The same on all its pages. */
  until: string
}
