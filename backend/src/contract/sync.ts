import type { Conversation } from './conversation.ts'
import type { ConversationId, Message } from './message.ts'
import type { User } from './user.ts'

/** The state of a client. The server answers with the changes since. */
export interface SyncInput {
  /** A place in the server's order of changes, in the form of a time: the `until` of the last sync whose pages the client has all processed; null for the first sync. */
  since: string | null
  /** For each conversation whose messages the client holds, the `rev` up to which it knows the changes. */
  held: Record<ConversationId, number>
  /** The `usersRev` of the last sync; null for the first sync. Absent: the client does not ask for users. */
  usersRev?: number | null | undefined
  /** The `nextCursor` of the previous page. */
  cursor?: string | undefined
}

export interface SyncPage {
  /** The conversations with a change: messages, edits, deletes, receipts. Some may be here without a change. */
  conversations: Conversation[]
  /**
   * All changes of the held ones among them, ascending by `rev` in each conversation. Afterwards the client knows all
   * changes up to the conversation's `lastRev`, even when the last item is lower: the other changes were not for the
   * actor.
   */
  messages: Message[]
  /** Held conversations with too many changes: load their newest page again. */
  reload: ConversationId[]
  /** Groups that the actor left or was removed from: forget them. On the first page only. */
  left: ConversationId[]
  /** The users whose public data changed after `usersRev`. On the first page only. */
  users: User[]
  /** Too many users changed: load all users that you show. */
  reloadUsers: boolean
  /** For the next sync: the number of the last change of a user. */
  usersRev: number
  nextCursor: string | null
  /** For the next sync, after every page of this one is processed. The same on all its pages. */
  until: string
}
