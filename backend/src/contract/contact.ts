import type { ConversationId } from './message.ts'
import type { User, UserId } from './user.ts'

/** Somebody whom one keeps in one's list; the other is not told. */
export interface Contact {
  user: User
  favourite: boolean
  /** ISO 8601. */
  since: string
}

/** Body of `POST /api/contacts`: keeps somebody, or changes what is kept. */
export interface KeepContactInput {
  userId: UserId
  /** Absent: stays as it is, false at first. */
  favourite?: boolean | undefined
}

/** To one's own connections. `contact` null: no longer kept. */
export interface ContactChange {
  userId: UserId
  contact: Contact | null
}

/**
 * Somebody whose direct messages do not arrive, and who cannot tell. One cannot write to them either (`person_blocked`). In
 * groups nothing changes. What they wrote meanwhile stays hidden when the block ends.
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

/** To one's own connections. */
export interface BlockChange {
  userId: UserId
  isBlocked: boolean
}

/** Body of `POST /api/reports`. */
export interface ReportInput {
  /** Who is reported; the sender, where a message is named. */
  userId: UserId
  /** Together with `seq`: the message that is reported. */
  conversationId?: ConversationId | undefined
  seq?: number | undefined
  reason: string
}

/** What was reported to the admins. */
export interface Report {
  id: string
  /** Null: the word filter. */
  reporter: User | null
  user: User
  conversationId: ConversationId | null
  seq: number | null
  /** Of the message, as it was when it was reported; kept as evidence, also when it is deleted. Null: no message is named. */
  text: string | null
  reason: string
  /** ISO 8601. */
  createdAt: string
}
