import type {
  BlockChange,
  BroadcastDone,
  ContactChange,
  ConversationId,
  EVERYBODY,
  LeaveReason,
  LedgerChange,
  Maintenance,
  Message,
  OwnUser,
  PendingBroadcast,
  Receipt,
  ServerSample,
  SessionEndReason,
  Typing,
  UnreadMark,
  User,
  UserId,
  UserRole,
} from '../contract/index.ts'

/** The user who acts. It comes from a verified token, never from the client's input. */
export interface Actor {
  userId: UserId
  role: UserRole
  sessionId: string
  /** The connection of a socket event that is acknowledged. The answer tells it what the event of a new message tells others. */
  connectionId?: string
}

/** The receivers of an event: these users, every user, or the members of a group. */
export type Audience = UserId[] | typeof EVERYBODY | GroupAudience

export interface GroupAudience {
  groupId: ConversationId
  except?: UserId[]
}

/**
 * Sends events to connections. This is all that controllers know of sockets; socket/socket.delivery.ts implements it.
 */
export interface Delivery {
  /** @param except the connection that gets the message as the answer to its request */
  newMessage(message: Message, audience: Audience, except?: string): void
  /** Sends to every connection, or to the connections of these users. */
  broadcastMessage(message: Message, audience?: UserId[]): void
  /** Sends to the connections of admins. */
  ledgerChanged(change: LedgerChange): void
  broadcastReminder(pending: PendingBroadcast, audience: UserId[]): void
  broadcastAcknowledged(done: BroadcastDone, audience: UserId[]): void
  messageChanged(message: Message, audience: Audience): void
  receiptMoved(receipt: Receipt, audience: Audience): void
  unreadMarked(mark: UnreadMark, audience: UserId[]): void
  typing(typing: Typing, audience: Audience): void
  /** Adds the connections of these users to the group's room, and those that are connecting at this moment. */
  joinGroup(groupId: ConversationId, userIds: UserId[]): void
  /** Removes the connections of these users from the group's room and sends them `conversationLeft`. */
  leaveGroup(groupId: ConversationId, userIds: UserId[], reason: LeaveReason): void
  /**
   * Stores the change for the clients that miss its event, and sends it to every connection. A request waits for it before it answers, so
   * that no crash leaves an answered change without its note.
   * @param isNew false for a repeat, which is stored and not sent: the process of the first request may have died before it stored the note
   */
  userChanged(user: User, isNew?: boolean): Promise<void> | void
  /** Sends to this user's connections. */
  ownUserChanged(user: OwnUser): void
  contactChanged(change: ContactChange, audience: UserId[]): void
  blockChanged(change: BlockChange, audience: UserId[]): void
  maintenanceChanged(maintenance: Maintenance | null): void
  /** Sends to the connections that watch the server's statistics. */
  serverStats(sample: ServerSample): void
  /** Sends the reason to the session's connections and closes them. */
  endSession(sessionId: string, reason: SessionEndReason): void
  /** Does the same for all connections of a user. */
  endSessionsOfUser(userId: UserId, reason: SessionEndReason): void
}

/** Counts attempts under a key. `take` throws AppError `rate_limited` when there are too many. */
export interface RateLimit {
  take(key: string, points?: number): Promise<void>
  /** Forgets the key's attempts, for example after a successful login. */
  reset(key: string): Promise<void>
}
