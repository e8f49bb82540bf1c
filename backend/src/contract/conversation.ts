import type { Group } from './group.ts'
import type { ConversationId, Message } from './message.ts'
import type { SeenRange } from './receipt.ts'
import type { User } from './user.ts'

export const CONVERSATION_KINDS = ['direct', 'broadcast', 'group'] as const
export type ConversationKind = (typeof CONVERSATION_KINDS)[number]

/**
 * The one broadcast conversation, which every user is in. Its id is fixed, so that every node and client knows it
 * without asking.
 */
export const ANNOUNCEMENTS_ID: ConversationId = '00000000000000000000000b'

/**
 * A conversation as one of its participants sees it. `GET /api/chats` lists them by `lastActivityAt`, newest first.
 * With `?unread=true` it lists only those with an `unreadCount` or `markedUnread`, in the order of their ids, so that a
 * page misses none when new messages arrive.
 */
export interface Conversation {
  id: ConversationId
  kind: ConversationKind
  /** The other user of a direct conversation (the viewer in a conversation with oneself); null elsewhere. */
  peer: User | null
  /** Null unless it is a group. */
  group: Group | null
  /** The newest message that the viewer may see. */
  lastMessage: Message | null
  /**
   * The first place that the viewer may see: 1, except for a member who joined later a group whose `history` is
   * `joined`. For that member earlier messages do not exist: they are never sent, and their changes leave holes in
   * `rev` (see `ChangesPage.rev`).
   */
  firstSeq: number
  lastSeq: number
  /**
   * The number of the last change. Changes (a new message, an edit, a delete) are numbered 1, 2, 3 ... without holes,
   * and a changed message carries its number as `rev`. So a client that gets an event more than one ahead knows that it
   * missed one.
   */
  lastRev: number
  /** How far the viewer has read, and how far messages have reached a connection of the viewer. */
  readSeq: number
  deliveredSeq: number
  /**
   * The same of the other user of a direct conversation; 0 elsewhere. `peerReadSeq` is 0 where read receipts are
   * hidden.
   */
  peerReadSeq: number
  peerDeliveredSeq: number
  /**
   * One of the two hides read receipts. Otherwise a sender has read every earlier message; no event says so besides the
   * message.
   */
  receiptsHidden: boolean
  /** Messages that the user has seen after `readSeq`, because they went past others. In the order of their places. */
  seen: SeenRange[]
  /**
   * How many messages the user has not read and may see: without deleted ones, events of the group, and hidden ones.
   */
  unreadCount: number
  /** The viewer marked it, to return to it. */
  markedUnread: boolean
  /** ISO 8601: the time of the last message, or of the conversation's beginning. It orders the lists. */
  lastActivityAt: string
}

/** Body of `POST /api/chats`. */
export interface OpenConversationInput {
  userId: string
}
