import type { ChatServer } from './socket.types.ts'

/** Everybody at once would be a storm of handshakes and syncs. */
const SPREAD_MS = 10_000
/** Each costs the database some queries. */
const SYNCS_PER_SECOND = 200
const SYNCS_SPREAD_MIN_MS = 3000

/**
 * Closes every connection within some seconds, below Socket.IO, so that the clients connect again by themselves. What they missed, the
 * groups they were added to or removed from, and sessions that have ended come right with the new one.
 */
export function renewConnections(io: ChatServer): void {
  for (const { conn } of io.sockets.sockets.values()) setTimeout(() => conn.close(), Math.random() * SPREAD_MS).unref()
}

/** Has every client sync, little by little: what a node that died had begun, it may have told nobody. */
export function catchUp(io: ChatServer): void {
  const { sockets } = io.sockets
  const spreadMs = Math.max(SYNCS_SPREAD_MIN_MS, (sockets.size / SYNCS_PER_SECOND) * 1000)
  for (const socket of sockets.values()) setTimeout(() => socket.emit('catchUp'), Math.random() * spreadMs).unref()
}
