import type { BroadcastDone, LedgerChange, PendingBroadcast } from './broadcast.ts'
import type { Maintenance, ServerSample } from './admin.ts'
import type { BlockChange, ContactChange } from './contact.ts'
import type { ConversationLeft } from './group.ts'
import type { ConversationId, DeleteMessageInput, EditMessageInput, Message, SendMessageInput } from './message.ts'
import type { Problem } from './problem.ts'
import type { MarkDeliveredInput, MarkReadInput, MarkUnreadInput, Receipt, UnreadMark } from './receipt.ts'
import type { SyncInput, SyncPage } from './sync.ts'
import type { OwnUser, User, UserId } from './user.ts'

/** The shape of every acknowledgement. */
export type Ack<T> = { ok: true; data: T } | { ok: false; problem: Problem }

/** Online: the user has a connection. Away: every connection of the user has said that the user is away. */
export interface PresenceList {
  online: UserId[]
  /** The users of `online` who are away. */
  away: UserId[]
}

export const PRESENCE_STATES = ['online', 'away', 'offline'] as const
export type PresenceState = (typeof PRESENCE_STATES)[number]

/** The users whose presence changed since the last such event. No user is in two lists. */
export interface PresenceChange {
  /** Users who came online, or are no longer away. */
  online: UserId[]
  away: UserId[]
  offline: UserId[]
  /** ISO 8601: when the users of `offline` were last seen. */
  at: string
}

/** The presence of users at one moment. No user is in two lists. */
export type PresenceStates = Omit<PresenceChange, 'at'>

/** Changes whose presence a connection hears: that of the users it shows. */
export interface WatchPresenceInput {
  add?: UserId[] | undefined
  remove?: UserId[] | undefined
}

/** The value of `presence` in the handshake's `auth`, by which a connection hears the presence of every user. */
export const PRESENCE_OF_ALL = 'all'

export const ACTIVITIES = ['active', 'away'] as const
/** The state of its user that a connection reports. */
export type Activity = (typeof ACTIVITIES)[number]

export interface TypingInput {
  conversationId: ConversationId
  isTyping: boolean
}

/** Never stored. A user who has not repeated it for `LIMITS.typingSeconds` has stopped. */
export interface Typing extends TypingInput {
  userId: UserId
}

/**
 * Why the server is about to close this connection. After the end of a session the client must not reconnect by itself.
 */
export const SESSION_END_REASONS = ['logged_out', 'expired', 'revoked'] as const
export type SessionEndReason = (typeof SESSION_END_REASONS)[number]

/**
 * Why the server closes a connection whose session continues. `too_many_requests`: the client went on after many
 * refusals. It may reconnect, after a pause. (A connection that does not read its events is closed without an event.)
 */
export const CONNECTION_END_REASONS = ['too_many_requests'] as const
export type ConnectionEndReason = (typeof CONNECTION_END_REASONS)[number]

/** The first event of every connection. */
export interface Hello {
  /**
   * The build of the page that the server serves. When the page has another one, a reload brings the new one. Null when
   * no page is built.
   */
  pageVersion: string | null
  /** The notice for every user now; null: none, also when there was one before the connection was lost. */
  maintenance: Maintenance | null
  /** How long a new access token is valid. A page that stays open refreshes before, so that pictures and videos go on loading. */
  accessSeconds: number
  /** The server's time when the connection began, ISO 8601: the page judges times of the server by it, because its own clock may be wrong. */
  serverTime: string
}

export interface ClientToServerEvents {
  sendMessage: (input: SendMessageInput, ack: (answer: Ack<Message>) => void) => void
  editMessage: (input: EditMessageInput, ack: (answer: Ack<Message>) => void) => void
  deleteMessage: (input: DeleteMessageInput, ack: (answer: Ack<Message>) => void) => void
  markRead: (input: MarkReadInput, ack: (answer: Ack<Receipt>) => void) => void
  markDelivered: (input: MarkDeliveredInput, ack: (answer: Ack<Receipt[]>) => void) => void
  markUnread: (input: MarkUnreadInput, ack: (answer: Ack<UnreadMark>) => void) => void
  sync: (input: SyncInput, ack: (answer: Ack<SyncPage>) => void) => void
  /**
   * Hears of the presence of more or other users, at most `LIMITS.presenceWatchedMax`. The answer is the present state
   * of the added users. A new connection hears of none.
   */
  watchPresence: (input: WatchPresenceInput, ack: (answer: Ack<PresenceStates>) => void) => void
  /** These two are not acknowledged. */
  typing: (input: TypingInput) => void
  setActivity: (activity: Activity) => void
  /** Admins only: whether this connection gets `serverStats`. A new connection does not until it asks. */
  watchStats: (isWatching: boolean) => void
  /** Answered at once, also when requests wait: whether the connection still works. */
  probe: (ack: () => void) => void
}

export interface ServerToClientEvents {
  /**
   * Sent to every connection of every participant, the sender's too, but the one that gets the message as its
   * acknowledgement. The first message of an unknown conversation means
   * that the conversation is new: load it.
   */
  newMessage: (message: Message) => void
  /** A new message of the broadcast conversation, sent to every connection. */
  broadcastMessage: (message: Message) => void
  /** An edited or deleted message, as it is now, sent to the connections of the users with access to it. */
  messageChanged: (message: Message) => void
  /**
   * A watermark rose. Sent to the user's own connections, to the other user of a direct conversation, and to all
   * members of a group of at most `LIMITS.groupReceiptsMax`.
   */
  receiptMoved: (receipt: Receipt) => void
  /** Sent to the user's own connections. */
  unreadMarked: (mark: UnreadMark) => void
  /** Sent to the connections of the other participants. */
  typing: (typing: Typing) => void
  /** Sent to the user's own connections: the user is no longer in a group. No event of that group follows. */
  conversationLeft: (left: ConversationLeft) => void
  /** A user changed the name, picture, bio or status text. Sent to every connection. */
  userChanged: (user: User) => void
  /** Sent to the user's own connections: a private field changed, such as the end of a mute. */
  ownUserChanged: (user: OwnUser) => void
  /** Sent to the user's own connections. */
  contactChanged: (change: ContactChange) => void
  /** Sent to the user's own connections. */
  blockChanged: (change: BlockChange) => void
  /** Sent to the connections of admins: the ledger of a broadcast changed. */
  ledgerChanged: (change: LedgerChange) => void
  /** Sent to the user's own connections: an admin reminds of a broadcast that waits for the user. */
  broadcastReminder: (pending: PendingBroadcast) => void
  /** Sent to the user's own connections: the broadcast was acknowledged on one of them. */
  broadcastAcknowledged: (done: BroadcastDone) => void
  /** The notice for every user changed; null: it was removed. `Hello` carries it when a connection begins. */
  maintenanceChanged: (maintenance: Maintenance | null) => void
  /** Sent each `LIMITS.statsSeconds` to the connections of admins that watch. */
  serverStats: (sample: ServerSample) => void
  hello: (hello: Hello) => void
  /** This connection may have missed events, because another node was lost. `sync` finds them. */
  catchUp: () => void
  /** All online users, once, right after connecting, to a connection that hears of every user (`PRESENCE_OF_ALL`). */
  getOnlineUsers: (list: PresenceList) => void
  /** The presence of users whom the connection watches changed. */
  presenceChanged: (change: PresenceChange) => void
  sessionEnded: (reason: SessionEndReason) => void
  /** The server closes this connection; see `ConnectionEndReason`. */
  connectionEnded: (reason: ConnectionEndReason) => void
  /**
   * The server stops and closes this connection. `elsewhere`: other nodes serve, so connect again as soon as it is
   * closed. The connections are closed one after another, so that not all clients come at once. Otherwise the server
   * can be reached when it runs again.
   */
  serverStopping: (stopping: { elsewhere: boolean }) => void
}
