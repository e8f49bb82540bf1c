import type { FindSession } from '../lib/access.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { ChatServer } from './socket.types.ts'

const SWEEP_MS = 60_000
/** Lookups at once. */
const PIECE = 50

type Sockets = Pick<ChatServer['sockets'], 'sockets'>

/** Looks each minute, because a timer cannot wait for more than 24 days. */
export function closeEnded(
  io: ChatServer,
  findSession: FindSession,
  delivery: Delivery,
  isAlone: boolean,
): NodeJS.Timeout {
  return setInterval(() => {
    // The database is away: the next sweep asks again.
    lookAtSessions(io.sockets, findSession, delivery, isAlone).catch(() => {})
  }, SWEEP_MS).unref()
}

/**
 * Closes connections whose session is over without their having been told: it has run out, or another node has ended it. A session lives on
 * when it is refreshed, so one that should have ended by what the handshake knew is looked up once more.
 * @param isAlone no other node ends sessions
 */
export async function lookAtSessions(
  { sockets }: Sockets,
  findSession: FindSession,
  delivery: Pick<Delivery, 'endSession'>,
  isAlone: boolean,
): Promise<void> {
  const now = new Date()
  const doubtful = [...sockets.values()].filter(({ data }) => !isAlone || data.sessionExpiresAt <= now)
  for (let from = 0; from < doubtful.length; from += PIECE) {
    await Promise.all(
      doubtful.slice(from, from + PIECE).map(async ({ data }) => {
        const { sessionId, userId } = data.actor
        const session = await findSession(sessionId, userId)
        if (session) data.sessionExpiresAt = session.expiresAt
        else delivery.endSession(sessionId, data.sessionExpiresAt <= now ? 'expired' : 'revoked')
      }),
    )
  }
}
