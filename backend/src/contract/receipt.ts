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
  /** Only in the user's own receipts for reading. */
  own?: OwnReading
}

/** The data with which a user's other devices show the same counts. */
export interface OwnReading {
  seen: SeenRange[]
  unreadCount: number
  /** The count is right for a client that knows exactly the changes up to here. Other clients ask again. */
  lastRev: number
}

/** Messages from one place to another, both included. */
export interface SeenRange {
  from: number
  to: number
}

export interface MarkReadInput {
  conversationId: ConversationId
  /** The last message that is read. A lower place than before changes nothing. */
  seq: number
  /**
   * The first message that the user saw; the messages before it keep their state. Absent: every message up to `seq` was
   * seen. Null: the user marks every message up to `seq` as read without a look, so no broadcast counts as opened.
   */
  seenFrom?: number | null | undefined
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
