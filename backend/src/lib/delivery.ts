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

/** Who acts: always from a verified token, never from what the client says. */
export interface Actor {
  userId: UserId
  role: UserRole
  sessionId: string
}

/** Who hears something: these people, everybody, or the members of a group. */
export type Audience = UserId[] | typeof EVERYBODY | GroupAudience

export interface GroupAudience {
  groupId: ConversationId
  except?: UserId[]
}

/** Pushing to connections. Controllers know this much of sockets and no more; socket/socket.delivery.ts implements it. */
export interface Delivery {
  newMessage(message: Message, audience: Audience): void
  /** To every connection, or to these people's. */
  broadcastMessage(message: Message, audience?: UserId[]): void
  /** To the connections of admins. */
  ledgerChanged(change: LedgerChange): void
  broadcastReminder(pending: PendingBroadcast, audience: UserId[]): void
  broadcastAcknowledged(done: BroadcastDone, audience: UserId[]): void
  messageChanged(message: Message, audience: Audience): void
  receiptMoved(receipt: Receipt, audience: Audience): void
  unreadMarked(mark: UnreadMark, audience: UserId[]): void
  typing(typing: Typing, audience: Audience): void
  /** From now on the connections of these people, those under way too, hear what goes to the group. */
  joinGroup(groupId: ConversationId, people: UserId[]): void
  /** From now on they do not, and are told so by `conversationLeft`. */
  leaveGroup(groupId: ConversationId, people: UserId[], reason: LeaveReason): void
  /** To every connection. */
  userChanged(user: User): void
  /** To this person's connections. */
  ownUserChanged(user: OwnUser): void
  contactChanged(change: ContactChange, audience: UserId[]): void
  blockChanged(change: BlockChange, audience: UserId[]): void
  maintenanceChanged(maintenance: Maintenance | null): void
  /** To the connections that watch. */
  serverStats(sample: ServerSample): void
  /** Tells the session's connections why, and closes them. */
  endSession(sessionId: string, reason: SessionEndReason): void
  /** The same for all connections of a person. */
  endSessionsOf(userId: UserId, reason: SessionEndReason): void
}

/** Counts attempts under a key. `take` throws AppError `rate_limited` when there are too many. */
export interface RateLimit {
  take(key: string, points?: number): Promise<void>
  /** Forgets the key's attempts, as after a successful login. */
  reset(key: string): Promise<void>
}
