import type { ConversationId } from './message.ts'
import type { User, UserId } from './user.ts'

/** A user in the actor's list of contacts. That user is not told. */
export interface Contact {
  user: User
  favourite: boolean
  /** ISO 8601. */
  since: string
}

/** Body of `POST /api/contacts`: adds a contact or changes it. */
export interface KeepContactInput {
  userId: UserId
  /** When absent it stays; false for a new contact. */
  favourite?: boolean | undefined
}

/** Sent to the user's own connections. `contact` is null when it was removed. */
export interface ContactChange {
  userId: UserId
  contact: Contact | null
}

/**
 * A user whose direct messages do not arrive, and who cannot tell. The blocker cannot write to that user either
 * (`person_blocked`). Groups do not change. Messages written during the block stay hidden when it ends.
 */
export interface Block {
  user: User
  /** ISO 8601. */
  since: string
}

/** Body of `POST /api/blocks`. */
export interface BlockInput {
  userId: UserId
}

/** Sent to the user's own connections. */
export interface BlockChange {
  userId: UserId
  isBlocked: boolean
}

/** Body of `POST /api/reports`. */
export interface ReportInput {
  /** The reported user; the sender, when a message is named. */
  userId: UserId
  /** Names the reported message, together with `seq`. */
  conversationId?: ConversationId | undefined
  seq?: number | undefined
  reason: string
}

/** A report to the admins. */
export interface Report {
  id: string
  /** Null for the word filter. */
  reporter: User | null
  user: User
  conversationId: ConversationId | null
  seq: number | null
  /**
   * The text of the message when it was reported. It is kept as evidence, also after the message is deleted. Null when
   * no message is named.
   */
  text: string | null
  reason: string
  /** ISO 8601. */
  createdAt: string
}
