import type { ConversationId } from './message.ts'
import type { UserId } from './user.ts'

/**
 * How far a user has got in a conversation, as two watermarks that only rise. Every message up to them is delivered, or
 * read.
 */
export interface Receipt {
  conversationId: ConversationId
  userId: UserId
  /** Every message up to here has reached a connection of the user. Never below `readSeq`. */
  deliveredSeq: number
  /** 0 for other users when the user or the viewer hides read receipts. */
  readSeq: number
}

export interface MarkReadInput {
  conversationId: ConversationId
  /** Every message up to and including this place is read. A lower place than before changes nothing. */
  seq: number
}

/** Sent by a client that messages have reached: one entry for each conversation. */
export interface MarkDeliveredInput {
  items: { conversationId: ConversationId; seq: number }[]
}

export interface MarkUnreadInput {
  conversationId: ConversationId
}

/** Sent to the user's own connections only. When reading clears the mark, the same event says so. */
export interface UnreadMark {
  conversationId: ConversationId
  markedUnread: boolean
}

/** When a recipient received and read a message. */
export interface MessageReceipt {
  userId: UserId
  /** ISO 8601; null before it is delivered. */
  deliveredAt: string | null
  /** ISO 8601; null before it is read, or when read receipts are hidden. */
  readAt: string | null
}
