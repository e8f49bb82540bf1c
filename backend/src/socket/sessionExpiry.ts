import type { FindSession } from '../lib/access.ts'
import type { Delivery } from '../lib/ports.ts'
import type { ChatServer } from './types.ts'

const SWEEP_MS = 60_000

/**
 * Closes connections whose session has run out. A session lives on when it is refreshed, so one that should have ended
 * by what the handshake knew is looked up once more. Swept, because a timer cannot wait for more than 24 days.
 */
export function closeExpired(io: ChatServer, findSession: FindSession, delivery: Delivery): NodeJS.Timeout {
  return setInterval(() => {
    const now = new Date()
    for (const { data } of io.sockets.sockets.values()) {
      if (data.sessionExpiresAt > now) continue
      findSession(data.actor.sessionId, data.actor.userId).then(
        (session) => {
          if (session) data.sessionExpiresAt = session.expiresAt
          else delivery.endSession(data.actor.sessionId, 'expired')
        },
        // The database is away: the next sweep asks again.
        () => {},
      )
    }
  }, SWEEP_MS).unref()
}
