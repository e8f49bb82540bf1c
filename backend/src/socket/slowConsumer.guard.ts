import type { Logger } from '../lib/logger.ts'
import type { ChatServer } from './socket.types.ts'

const SWEEP_MS = 1000
/** Packets that wait for a connection; some megabytes at most. A client on a bad line syncs more cheaply than it catches up. */
const WAITING_MAX = 2000

/**
 * Cuts connections that do not take in what they are sent, so that one stalled client cannot fill the memory. It cannot be
 * told why, because what it was told before has not gone out; it reconnects and syncs.
 */
export function cutSlowConsumers(io: ChatServer, logger: Logger): NodeJS.Timeout {
  return setInterval(() => {
    for (const { conn, id, data } of io.sockets.sockets.values()) {
      // Private by its type only; counting its events instead would cost two listeners a connection.
      const waiting: unknown = Reflect.get(conn, 'writeBuffer')
      if (!Array.isArray(waiting) || waiting.length < WAITING_MAX) continue
      logger.warn(
        { socketId: id, userId: data.actor.userId, waiting: waiting.length },
        'a connection is too slow and was cut',
      )
      conn.close(true)
    }
  }, SWEEP_MS).unref()
}
