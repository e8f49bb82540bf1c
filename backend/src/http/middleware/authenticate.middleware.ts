import type { RequestHandler } from 'express'
import { accessTokenOf, type AuthenticateToken } from '../../lib/auth/access.ts'

/** Refuses requests without a valid access token and an active session. Sets the user in `req.actor`. */
export function authenticate(authenticateToken: AuthenticateToken): RequestHandler {
  return async (req, _res, next) => {
    const { userId, role, sessionId } = await authenticateToken(accessTokenOf(req))
    req.actor = { userId, role, sessionId }
    next()
  }
}
