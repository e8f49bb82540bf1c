import type { RequestHandler } from 'express'
import { accessTokenOf, type AuthenticateToken } from '../../lib/auth/access.ts'

/** Lets nobody pass without a good access token and a living session, and says who it is in `req.actor`. */
export function authenticate(authenticateToken: AuthenticateToken): RequestHandler {
  return async (req, _res, next) => {
    const { userId, role, sessionId } = await authenticateToken(accessTokenOf(req))
    req.actor = { userId, role, sessionId }
    next()
  }
}
