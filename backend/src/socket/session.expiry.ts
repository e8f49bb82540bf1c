import type { FindSession } from '../lib/auth/access.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { ChatServer } from './socket.types.ts'

const SWEEP_MS = 60_000
/** Session lookups at once. */
const BATCH = 50

type Sockets = Pick<ChatServer['sockets'], 'sockets'>

/**
 * Checks the sessions each minute: a timer for each session is not possible, because a timer cannot wait longer than 24
 * days.
 */
export function closeEndedSessions(
  io: ChatServer,
  findSession: FindSession,
  delivery: Delivery,
  isAlone: boolean,
): NodeJS.Timeout {
  return setInterval(() => {
    // While the database does not answer, the next sweep checks again.
    checkSessions(io.sockets, findSession, delivery, isAlone).catch(() => {})
  }, SWEEP_MS).unref()
}

/**
 * Closes connections whose session has expired or was ended by another node. A refresh extends a session, so a session
 * that should have expired by the time of the handshake is looked up once more.
 * @param isAlone whether no other node ends sessions
 */
export async function checkSessions(
  { sockets }: Sockets,
  findSession: FindSession,
  delivery: Pick<Delivery, 'endSession'>,
  isAlone: boolean,
): Promise<void> {
  const now = new Date()
  const unsure = [...sockets.values()].filter(({ data }) => !isAlone || data.sessionExpiresAt <= now)
  for (let from = 0; from < unsure.length; from += BATCH) {
    await Promise.all(
      unsure.slice(from, from + BATCH).map(async ({ data }) => {
        const { sessionId, userId } = data.actor
        const session = await findSession(sessionId, userId)
        if (session) data.sessionExpiresAt = session.expiresAt
        else delivery.endSession(sessionId, data.sessionExpiresAt <= now ? 'expired' : 'revoked')
      }),
    )
  }
}
