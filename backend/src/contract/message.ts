import type { Attachment, AttachmentId } from './attachment.ts'
import type { BroadcastMark } from './broadcast.ts'
import type { GroupEvent } from './group.ts'
import type { UserId } from './user.ts'

export type ConversationId = string
export type MessageId = string

/** The `receiverId` of a message to every user. */
export const EVERYBODY = 'all'

export const MESSAGE_KINDS = ['user', 'system'] as const
/** `system`: its `event` says what happened to a group. No user can edit or delete it. */
export type MessageKind = (typeof MESSAGE_KINDS)[number]

export interface Message {
  id: MessageId
  conversationId: ConversationId
  /** The place in the conversation: 1, 2, 3 ... without holes, the same for every user. */
  seq: number
  /** The number of this message's last change among all changes of the conversation; see `Conversation.lastRev`. */
  rev: number
  kind: MessageKind
  /** Set for a system message; null otherwise. */
  event: GroupEvent | null
  /** The sender, or the user who caused the event of a system message. */
  senderId: UserId
  /** The other user of a direct conversation, `"all"` in a broadcast, null in a group. */
  receiverId: UserId | typeof EVERYBODY | null
  /** Broadcasts only; null otherwise. */
  title: string | null
  /** Empty for a deleted message, a message with attachments only, a hidden message and a system message. */
  text: string
  /** In the order of sending; empty for a deleted message. */
  attachments: Attachment[]
  clientMessageId: string
  /** ISO 8601, UTC, by the server's clock. */
  createdAt: string
  /**
   * When the text was last replaced; null when it never was. Earlier texts: `GET
   * /api/messages/:conversationId/:seq/edits`.
   */
  editedAt: string | null
  /** When it was deleted. Its text and earlier texts are removed then; its place stays. */
  deletedAt: string | null
  /**
   * Direct: the receiver has read it. Broadcast: the viewer has read it. Group: false, because one message goes to all
   * members.
   */
  isRead: boolean
  /**
   * Its sender was blocked by the viewer, or it is an announcement to other users. It keeps the place and is not shown.
   * No event carries it.
   */
  hidden: boolean
  /** Only for an announcement with a ledger. */
  broadcast?: BroadcastMark
}

/** Names exactly one target: a conversation of the sender, or a receiver (`"all"`: admins only). */
export interface SendMessageInput {
  conversationId?: ConversationId | undefined
  receiverId?: UserId | typeof EVERYBODY | undefined
  /** Broadcasts only. */
  title?: string | undefined
  /** May be empty with attachments. */
  text: string
  /** Complete uploads of the sender that no other message has, at most `LIMITS.attachmentsMax`. */
  attachmentIds?: AttachmentId[] | undefined
  /** Chosen by the client, unique for the sender. A repeat of a send with it returns the first message. */
  clientMessageId: string
}

/** Ascending by `seq`. */
export interface MessagePage {
  items: Message[]
  /** Whether there are more messages beyond this page in the requested direction. */
  hasMore: boolean
  /** The page shows all changes up to this one, and perhaps later ones too. */
  rev: number
}

/** The messages that changed after a `rev`, ascending by `rev`. Each message comes once, as it is now. */
export interface ChangesPage {
  items: Message[]
  /** Whether later changes follow. A client that is far behind should load the newest page instead. */
  hasMore: boolean
  /**
   * Every change up to this one is in the page; not below `since`. It is above the last item's `rev` when later changes
   * were not for the actor.
   */
  rev: number
}

export interface EditMessageInput {
  conversationId: ConversationId
  seq: number
  text: string
  /**
   * Chosen by the client, new for each edit. A repeat of an edit changes nothing, also when the text was edited again
   * since.
   */
  clientEditId: string
  /**
   * The `rev` of the message whose text the user edited. Refused (`message_edited`, with the text of now) when the message changed
   * since. Without it the edit replaces any text.
   */
  fromRev?: number | undefined
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
