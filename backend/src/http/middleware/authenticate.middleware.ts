import type { RequestHandler } from 'express'
import { USER_HEADER } from '../../contract/index.ts'
import { accessTokenOf, requireUser, type AuthenticateToken } from '../../lib/auth/access.ts'
import type { SessionCookies } from '../../lib/auth/cookies.ts'
import type { UserGate } from '../../lib/limits/userGate.ts'

/**
 * Refuses requests without a valid access token and an active session. Sets the user in `req.actor`, and in
 * `req.takeTurn` the bound of what the user's requests cost.
 */
export function authenticate(
  authenticateToken: AuthenticateToken,
  gate: UserGate,
  cookies: SessionCookies,
): RequestHandler {
  return async (req, _res, next) => {
    const { userId, role, sessionId } = await authenticateToken(accessTokenOf(req, cookies))
    requireUser({ userId }, req.get(USER_HEADER))
    req.actor = { userId, role, sessionId }
    req.takeTurn = () => gate.enter(userId)
    next()
  }
}
