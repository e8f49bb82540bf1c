import type { Group } from './group.ts'
import type { ConversationId, Message } from './message.ts'
import type { User } from './user.ts'

export const CONVERSATION_KINDS = ['direct', 'broadcast', 'group'] as const
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
  /** The other person of a direct conversation (oneself in the conversation with oneself); null elsewhere. */
  peer: User | null
  /** Null unless it is a group. */
  group: Group | null
  /** The newest that the one who asks may see. */
  lastMessage: Message | null
  /**
   * The first place that the one who asks may see: 1, but for who joined a group later whose `history` is `joined`. To them it is as if
   * nothing had been there before: earlier messages are never sent, and their changes leave holes in `rev` (see `ChangesPage.rev`).
   */
  firstSeq: number
  lastSeq: number
  /**
   * The number of the last change. Changes (a new message, an edit, a delete) are numbered 1, 2, 3 ... without holes, and a
   * changed message carries its number as `rev`: a live event that is more than one ahead tells that something was missed.
   */
  lastRev: number
  /** How far the one who asks has read, and what has reached a connection of theirs. */
  readSeq: number
  deliveredSeq: number
  /** The same of the other person of a direct conversation; 0 elsewhere, and `peerReadSeq` 0 where read receipts are hidden. */
  peerReadSeq: number
  peerDeliveredSeq: number
  /** One of the two hides read receipts. Otherwise whoever writes has read everything before: no event tells it besides the message. */
  receiptsHidden: boolean
  /** lastSeq - readSeq, without what is hidden. */
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
