import type { ConversationId, Message } from './message.ts'
import type { User } from './user.ts'

export const CONVERSATION_KINDS = ['direct', 'broadcast'] as const
export type ConversationKind = (typeof CONVERSATION_KINDS)[number]

/** The one broadcast conversation, which everybody is in. Its id is fixed, so that every node and client means the same one without asking. */
export const ANNOUNCEMENTS_ID: ConversationId = '00000000000000000000000b'

/**
 * A conversation as one of its participants sees it. `GET /api/chats` lists them by `lastActivityAt`, newest first; with `?unread=true`
 * those with an `unreadCount` or `markedUnread` only, in the order of their ids, so that none is missed while others move.
 */
export interface Conversation {
  id: ConversationId
  kind: ConversationKind
  /** The other person of a direct conversation (oneself in the conversation with oneself); null in a broadcast. */
  peer: User | null
  lastMessage: Message | null
  lastSeq: number
  /**
   * The number of the last change. Changes (a new message, an edit, a delete) are numbered 1, 2, 3 ... without holes, and a
   * changed message carries its number as `rev`: a live event that is more than one ahead tells that something was missed.
   */
  lastRev: number
  /** How far the one who asks has read, and what has reached a connection of theirs. */
  readSeq: number
  deliveredSeq: number
  /** The same of the other person of a direct conversation; 0 in a broadcast, and `peerReadSeq` 0 where read receipts are hidden. */
  peerReadSeq: number
  peerDeliveredSeq: number
  /** One of the two hides read receipts. Otherwise whoever writes has read everything before: no event tells it besides the message. */
  receiptsHidden: boolean
  /** lastSeq - readSeq. */
  unreadCount: number
  /** Marked by the one who asks, to come back to it. */
  markedUnread: boolean
  /** ISO 8601: when the last message came, or when the conversation began. Lists are ordered by it. */
  lastActivityAt: string
}

/** Body of `POST /api/chats`. */
export interface OpenConversationInput {
  userId: string
}
