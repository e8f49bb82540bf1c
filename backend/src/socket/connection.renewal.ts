import type { ChatServer } from './socket.types.ts'

/** All connections at once would be a storm of handshakes and syncs. */
const SPREAD_MS = 10_000
/** Each sync costs the database some queries. */
const SYNCS_PER_SECOND = 200
const SYNCS_SPREAD_MIN_MS = 3000

/**
 * Closes every connection within SPREAD_MS, below Socket.IO, so that the clients connect again by themselves. The new
 * connection brings missed messages, the current groups, and the end of sessions that were revoked.
 */
export function renewConnections(io: ChatServer): void {
  for (const { conn } of io.sockets.sockets.values()) setTimeout(() => conn.close(), Math.random() * SPREAD_MS).unref()
}

/** Asks every client to sync, spread over time. A lost node may have stored messages that it did not deliver. */
export function requestSyncs(io: ChatServer): void {
  const { sockets } = io.sockets
  const spreadMs = Math.max(SYNCS_SPREAD_MIN_MS, (sockets.size / SYNCS_PER_SECOND) * 1000)
  for (const socket of sockets.values()) setTimeout(() => socket.emit('catchUp'), Math.random() * spreadMs).unref()
}
