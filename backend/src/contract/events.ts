import type { MarkReadInput, Message, ReadState, SendMessageInput } from './message.ts'
import type { Problem } from './problem.ts'
import type { UserId } from './user.ts'

/** Every acknowledgement has this shape. */
export type Ack<T> = { ok: true; data: T } | { ok: false; problem: Problem }

/** Who came and who went since the last such event; nobody is in both lists. */
export interface PresenceChange {
  online: UserId[]
  offline: UserId[]
}

/** Why the server is about to close this connection. The client must not reconnect by itself after a session's end. */
export const SESSION_END_REASONS = ['logged_out', 'expired', 'revoked'] as const
export type SessionEndReason = (typeof SESSION_END_REASONS)[number]

export interface ClientToServerEvents {
  sendMessage: (input: SendMessageInput, ack: (answer: Ack<Message>) => void) => void
  markRead: (input: MarkReadInput, ack: (answer: Ack<ReadState>) => void) => void
}

export interface ServerToClientEvents {
  /** To every connection of every participant, the sender's too. */
  newMessage: (message: Message) => void
  /** A new message of the broadcast conversation, to every connection. */
  broadcastMessage: (message: Message) => void
  /** To the reader's own connections, and to the other person of a direct conversation. */
  messagesRead: (state: ReadState) => void
  /** Everybody who is online, once, right after connecting. */
  getOnlineUsers: (online: UserId[]) => void
  presenceChanged: (change: PresenceChange) => void
  sessionEnded: (reason: SessionEndReason) => void
  /** The server is going down; reconnecting will work again when it is back. */
  serverStopping: () => void
}
