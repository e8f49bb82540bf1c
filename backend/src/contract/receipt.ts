import type { ConversationId } from './message.ts'
import type { UserId } from './user.ts'

/** How far a person has got in a conversation: watermarks, which only rise. Everything up to them is delivered, or read. */
export interface Receipt {
  conversationId: ConversationId
  userId: UserId
  /** A connection of theirs has got everything up to here. Never below `readSeq`. */
  deliveredSeq: number
  /** 0 for others when the person, or the one who asks, hides read receipts. */
  readSeq: number
}

export interface MarkReadInput {
  conversationId: ConversationId
  /** Everything up to and including this place is read. A lower one than before changes nothing. */
  seq: number
}

/** What a client says when messages have reached it: one entry a conversation. */
export interface MarkDeliveredInput {
  items: { conversationId: ConversationId; seq: number }[]
}

export interface MarkUnreadInput {
  conversationId: ConversationId
}

/** To the person's own connections only. Reading takes the mark away, which is told in the same way. */
export interface UnreadMark {
  conversationId: ConversationId
  markedUnread: boolean
}

/** What one recipient made of one message. */
export interface MessageReceipt {
  userId: UserId
  /** ISO 8601; null while it was not delivered. */
  deliveredAt: string | null
  /** ISO 8601; null while it was not read, or when read receipts are hidden. */
  readAt: string | null
}
