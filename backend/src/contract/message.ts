import type { UserId } from './user.ts'

export type ConversationId = string
export type MessageId = string

/** `receiverId` of a message to everybody. */
export const EVERYBODY = 'all'

export interface Message {
  id: MessageId
  conversationId: ConversationId
  /** Place in the conversation: 1, 2, 3 ... without holes, the same for everybody. */
  seq: number
  senderId: UserId
  /** The other person of a direct conversation, `"all"` in a broadcast, null in a group. */
  receiverId: UserId | typeof EVERYBODY | null
  /** A broadcast may have one; null otherwise. */
  title: string | null
  text: string
  clientMessageId: string
  /** ISO 8601, UTC, by the server's clock. */
  createdAt: string
  /** Direct: the receiver has read it. Broadcast: the one who asks has read it. */
  isRead: boolean
}

/** Names exactly one target: a conversation the sender is in, or a receiver (`"all"`: admins only). */
export interface SendMessageInput {
  conversationId?: ConversationId | undefined
  receiverId?: UserId | typeof EVERYBODY | undefined
  /** Broadcasts only. */
  title?: string | undefined
  text: string
  /** Chosen by the client, unique for the sender: repeating a send with it returns the first message. */
  clientMessageId: string
}

/** Ascending by `seq`. */
export interface MessagePage {
  items: Message[]
  /** Whether the conversation goes on beyond this page in the direction that was asked for. */
  hasMore: boolean
}

export interface MarkReadInput {
  conversationId: ConversationId
  /** Everything up to and including this place is read. A lower one than before changes nothing. */
  seq: number
}

export interface ReadState {
  conversationId: ConversationId
  userId: UserId
  readSeq: number
}
