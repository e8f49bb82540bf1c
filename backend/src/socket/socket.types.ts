import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { ClientToServerEvents, ServerToClientEvents, UserId } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'

/** The server's data of one connection. */
export interface ConnectionData {
  actor: Actor
  /** When its handshake began, by `performance.now()`. */
  beganAt: number
  /** When the session ends unless it is refreshed; it is looked up again at that time. */
  sessionExpiresAt: Date
  /** The client has said that the user is away. */
  isAway: boolean
  /** Requests that wait for their acknowledgement. */
  outstanding: number
  /** The users whose presence the connection hears; undefined when it never named one. */
  watched?: Set<UserId>
  /** Requests since the beginning. */
  requests: number
  /** Requests that were refused in a row because there were too many. */
  refusals: number
  /** When the last probe was answered, by `performance.now()`. */
  probedAt: number
}

export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, ConnectionData>
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, ConnectionData>
