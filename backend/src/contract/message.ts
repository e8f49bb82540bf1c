import type { Attachment, AttachmentId } from './attachment.ts'
import type { BroadcastMark } from './broadcast.ts'
import type { GroupEvent } from './group.ts'
import type { UserId } from './user.ts'

export type ConversationId = string
export type MessageId = string

/** `receiverId` of a message to everybody. */
export const EVERYBODY = 'all'

export const MESSAGE_KINDS = ['user', 'system'] as const
/** `system`: tells by its `event` what happened to a group; nobody can edit or delete it. */
export type MessageKind = (typeof MESSAGE_KINDS)[number]

export interface Message {
  id: MessageId
  conversationId: ConversationId
  /** Place in the conversation: 1, 2, 3 ... without holes, the same for everybody. */
  seq: number
  /** The number of this message's last change among all changes of the conversation; see `Conversation.lastRev`. */
  rev: number
  kind: MessageKind
  /** Of a system message; null otherwise. */
  event: GroupEvent | null
  /** Who wrote it, or did what a system message tells. */
  senderId: UserId
  /** The other person of a direct conversation, `"all"` in a broadcast, null in a group. */
  receiverId: UserId | typeof EVERYBODY | null
  /** A broadcast may have one; null otherwise. */
  title: string | null
  /** Empty when the message was deleted, where attachments say it all, when it is hidden, and when it is of the system. */
  text: string
  /** In the order in which they were sent; none when the message was deleted. */
  attachments: Attachment[]
  clientMessageId: string
  /** ISO 8601, UTC, by the server's clock. */
  createdAt: string
  /** When the text was last replaced; null when it never was. Earlier texts: `GET /api/messages/:conversationId/:seq/edits`. */
  editedAt: string | null
  /** When it was deleted; its text and earlier texts are gone then, its place stays. */
  deletedAt: string | null
  /** Direct: the receiver has read it. Broadcast: the one who asks has read it. Group: false, as one message goes to all members. */
  isRead: boolean
  /** Written by somebody whom the one who asks had blocked, or an announcement to others: it holds the place, and is not shown. Never comes live. */
  hidden: boolean
  /** Only of an announcement that is accounted for. */
  broadcast?: BroadcastMark
}

/** Names exactly one target: a conversation the sender is in, or a receiver (`"all"`: admins only). */
export interface SendMessageInput {
  conversationId?: ConversationId | undefined
  receiverId?: UserId | typeof EVERYBODY | undefined
  /** Broadcasts only. */
  title?: string | undefined
  /** May be empty with attachments. */
  text: string
  /** Complete uploads of the sender's that no other message has, `LIMITS.attachmentsMax` at most. */
  attachmentIds?: AttachmentId[] | undefined
  /** Chosen by the client, unique for the sender: repeating a send with it returns the first message. */
  clientMessageId: string
}

/** Ascending by `seq`. */
export interface MessagePage {
  items: Message[]
  /** Whether the conversation goes on beyond this page in the direction that was asked for. */
  hasMore: boolean
  /** All changes up to this one are in what the page shows; perhaps later ones too. */
  rev: number
}

/** What became of messages after a `rev`: ascending by `rev`, each message once, as it is now. */
export interface ChangesPage {
  items: Message[]
  /** Whether later changes follow. Who is far behind does better to load the newest page anew. */
  hasMore: boolean
  /** All changes up to this one are told; not below `since`. Above the last item's where changes were not for the one who asks. */
  rev: number
}

export interface EditMessageInput {
  conversationId: ConversationId
  seq: number
  text: string
  /** Chosen by the client, new for each edit: repeating an edit with it changes nothing, also when the text was edited again since. */
  clientEditId: string
}

export interface DeleteMessageInput {
  conversationId: ConversationId
  seq: number
}

/** A text that an edit replaced. */
export interface EarlierText {
  text: string
  /** ISO 8601: when it was written. */
  writtenAt: string
}
