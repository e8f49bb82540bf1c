import type { EVERYBODY, Message, Receipt, SessionEndReason, Typing, UnreadMark, UserId, UserRole } from '../contract/index.ts'

/** Who acts: always from a verified token, never from what the client says. */
export interface Actor {
  userId: UserId
  role: UserRole
  sessionId: string
}

/** Pushing to connections. Controllers know this much of sockets and no more; socket/delivery.ts implements it. */
export interface Delivery {
  /** `newMessage` to every connection of these people. */
  newMessage(message: Message, participants: UserId[]): void
  /** `broadcastMessage` to every connection. */
  broadcastMessage(message: Message): void
  /** `messageChanged` to every connection of these people, or of everybody. */
  messageChanged(message: Message, audience: UserId[] | typeof EVERYBODY): void
  /** `receiptMoved` to every connection of these people. */
  receiptMoved(receipt: Receipt, audience: UserId[]): void
  /** `unreadMarked` to every connection of these people. */
  unreadMarked(mark: UnreadMark, audience: UserId[]): void
  /** `typing` to every connection of these people. */
  typing(typing: Typing, audience: UserId[]): void
  /** Tells the session's connections why, and closes them. */
  endSession(sessionId: string, reason: SessionEndReason): void
}

/** Counts attempts under a key. `take` throws AppError `rate_limited` when there are too many. */
export interface RateLimit {
  take(key: string, points?: number): Promise<void>
  /** Forgets the key's attempts, as after a successful login. */
  reset(key: string): Promise<void>
}
