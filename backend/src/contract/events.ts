import type { BroadcastDone, LedgerChange, PendingBroadcast } from './broadcast.ts'
import type { Maintenance, ServerSample } from './admin.ts'
import type { BlockChange, ContactChange } from './contact.ts'
import type { ConversationLeft } from './group.ts'
import type { ConversationId, DeleteMessageInput, EditMessageInput, Message, SendMessageInput } from './message.ts'
import type { Problem } from './problem.ts'
import type { MarkDeliveredInput, MarkReadInput, MarkUnreadInput, Receipt, UnreadMark } from './receipt.ts'
import type { SyncInput, SyncPage } from './sync.ts'
import type { OwnUser, User, UserId } from './user.ts'

/** Every acknowledgement has this shape. */
export type Ack<T> = { ok: true; data: T } | { ok: false; problem: Problem }

/** Online: at least one connection. Away: online, and every connection has said that its person is not there. */
export interface PresenceList {
  online: UserId[]
  /** Those of `online` who are away. */
  away: UserId[]
}

export type PresenceState = 'online' | 'away' | 'offline'

/** Whose presence changed since the last such event; nobody is in two lists. */
export interface PresenceChange {
  /** Came, or came back from being away. */
  online: UserId[]
  away: UserId[]
  offline: UserId[]
  /** ISO 8601: when those who went were last seen. */
  at: string
}

export const ACTIVITIES = ['active', 'away'] as const
/** What a connection says of the person at it. */
export type Activity = (typeof ACTIVITIES)[number]

export interface TypingInput {
  conversationId: ConversationId
  isTyping: boolean
}

/** Never stored. Who said it last and nothing for `LIMITS.typingSeconds` since has stopped. */
export interface Typing extends TypingInput {
  userId: UserId
}

/** Why the server is about to close this connection. The client must not reconnect by itself after a session's end. */
export const SESSION_END_REASONS = ['logged_out', 'expired', 'revoked'] as const
export type SessionEndReason = (typeof SESSION_END_REASONS)[number]

/**
 * Why the server closes a connection whose session goes on. `too_many_requests`: it went on after being refused many times.
 * Reconnecting is right, without haste. (A connection that does not take in what it is sent is cut without a word.)
 */
export const CONNECTION_END_REASONS = ['too_many_requests'] as const
export type ConnectionEndReason = (typeof CONNECTION_END_REASONS)[number]

/** The first event of every connection. */
export interface Hello {
  /** Names the build of the page that the server serves; another one than the page's own: a reload brings the new one. Null: not built. */
  pageVersion: string | null
  /** What everybody is to know now; null: nothing, also when there was something before the connection was lost. */
  maintenance: Maintenance | null
}

export interface ClientToServerEvents {
  sendMessage: (input: SendMessageInput, ack: (answer: Ack<Message>) => void) => void
  editMessage: (input: EditMessageInput, ack: (answer: Ack<Message>) => void) => void
  deleteMessage: (input: DeleteMessageInput, ack: (answer: Ack<Message>) => void) => void
  markRead: (input: MarkReadInput, ack: (answer: Ack<Receipt>) => void) => void
  markDelivered: (input: MarkDeliveredInput, ack: (answer: Ack<Receipt[]>) => void) => void
  markUnread: (input: MarkUnreadInput, ack: (answer: Ack<UnreadMark>) => void) => void
  sync: (input: SyncInput, ack: (answer: Ack<SyncPage>) => void) => void
  /** Nobody waits for the answer to these two. */
  typing: (input: TypingInput) => void
  setActivity: (activity: Activity) => void
  /** Admins: whether this connection wants to hear `serverStats`. A new connection does not until it says so. */
  watchStats: (isWatching: boolean) => void
}

export interface ServerToClientEvents {
  /** To every connection of every participant, the sender's too. The first one of an unknown conversation: it is new, ask for it. */
  newMessage: (message: Message) => void
  /** A new message of the broadcast conversation, to every connection. */
  broadcastMessage: (message: Message) => void
  /** A message was edited or deleted: as it is now, to the connections of those who may see it. */
  messageChanged: (message: Message) => void
  /**
   * A watermark rose: to the person's own connections, to the other person of a direct conversation, and to all members of a group of at
   * most `LIMITS.groupReceiptsMax`.
   */
  receiptMoved: (receipt: Receipt) => void
  /** To the person's own connections. */
  unreadMarked: (mark: UnreadMark) => void
  /** To the other participants' connections. */
  typing: (typing: Typing) => void
  /** To one's own connections: one is no longer in a group. Nothing of it comes after this. */
  conversationLeft: (left: ConversationLeft) => void
  /** Somebody changed their name, picture, bio or status text: to every connection. */
  userChanged: (user: User) => void
  /** To one's own connections: what only they may know of themselves changed, such as until when they are muted. */
  ownUserChanged: (user: OwnUser) => void
  /** To one's own connections. */
  contactChanged: (change: ContactChange) => void
  /** To one's own connections. */
  blockChanged: (change: BlockChange) => void
  /** To admins' connections: the ledger of a broadcast moved. */
  ledgerChanged: (change: LedgerChange) => void
  /** To one's own connections: an admin reminds of a broadcast that waits for one. */
  broadcastReminder: (pending: PendingBroadcast) => void
  /** To one's own connections: it waits no more, as it was acknowledged on one of them. */
  broadcastAcknowledged: (done: BroadcastDone) => void
  /** What everybody is to know changed, to null where there is nothing more. `Hello` says what it is when a connection begins. */
  maintenanceChanged: (maintenance: Maintenance | null) => void
  /** Each `LIMITS.statsSeconds`, to the connections of admins that watch. */
  serverStats: (sample: ServerSample) => void
  hello: (hello: Hello) => void
  /** Something may not have been told to this connection, since another node was lost: `sync` finds it. */
  catchUp: () => void
  /** Everybody who is online, once, right after connecting. */
  getOnlineUsers: (list: PresenceList) => void
  presenceChanged: (change: PresenceChange) => void
  sessionEnded: (reason: SessionEndReason) => void
  /** The server closes this connection; see `ConnectionEndReason`. */
  connectionEnded: (reason: ConnectionEndReason) => void
  /**
   * The server is going down, and closes this connection. `elsewhere`: others serve, so connect again as soon as it is closed; the
   * connections are closed one after another, so that not all come at once. Otherwise connecting will work when the server is back.
   */
  serverStopping: (stopping: { elsewhere: boolean }) => void
}
