import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { ClientToServerEvents, ServerToClientEvents } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'

/** What the server knows of a connection. */
export interface ConnectionData {
  actor: Actor
  /** When its handshake began, by `performance.now()`. */
  beganAt: number
  /** When the session ended if nobody refreshed it; looked up again then. */
  sessionExpiresAt: Date
  /** The connection has said that nobody is at it. */
  isAway: boolean
  /** Requests that wait for their acknowledgement. */
  outstanding: number
}

export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, ConnectionData>
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, ConnectionData>
