import type { Logger } from '../lib/logger.ts'
import type { ChatServer } from './socket.types.ts'

const SWEEP_MS = 1000
/** Packets that may wait for one connection: some megabytes at most. For a client on a bad line a sync is cheaper than the backlog. */
const WAITING_MAX = 2000

/**
 * Cuts connections that do not read their packets, so that one stalled client cannot fill the memory. The client cannot be told the
 * reason, because earlier packets still wait; it reconnects and syncs.
 */
export function cutSlowConsumers(io: ChatServer, logger: Logger): NodeJS.Timeout {
  return setInterval(() => {
    for (const { conn, id, data } of io.sockets.sockets.values()) {
      // Only its type makes it private. Counting the connection's events instead would cost two listeners a connection.
      const waiting: unknown = Reflect.get(conn, 'writeBuffer')
      if (!Array.isArray(waiting) || waiting.length < WAITING_MAX) continue
      logger.warn(
        { socketId: id, userId: data.actor.userId, waiting: waiting.length },
        'a connection was too slow and was cut',
      )
      conn.close(true)
    }
  }, SWEEP_MS).unref()
}
