import { ACCESS_COOKIE } from '../contract/index.ts'
import { cookieOf, type Carrier } from './cookies.ts'
import { AppError } from './errors.ts'
import type { Actor } from './delivery.ts'
import type { AccessTokens } from './tokens.ts'

/** Somebody whose token and session were checked just now. */
export interface Authenticated extends Actor {
  /** When the session ends unless it is refreshed; a socket must not outlive it. */
  expiresAt: Date
}

/** @throws AppError `unauthenticated` (no token, or not a good one) or `session_ended` (it was good until the session ended) */
export type AuthenticateToken = (token: string | undefined) => Promise<Authenticated>

/** Finds a session that belongs to this user and has not ended; models/session.model.ts implements it. */
export type FindSession = (sessionId: string, userId: string) => Promise<{ expiresAt: Date } | null>

/**
 * The one gate for REST and sockets. The token alone would stay good until it expires, so the session is read
 * each time: a logout, or a session ended for reuse of a token, counts at once.
 */
export function authenticator(tokens: AccessTokens, findSession: FindSession): AuthenticateToken {
  return async (token) => {
    if (token === undefined) throw new AppError('unauthenticated', 'Sign in first: there is no access token.')
    const actor = tokens.verify(token)
    const session = await findSession(actor.sessionId, actor.userId)
    if (!session) throw new AppError('session_ended', 'The session has ended. Sign in again.')
    return { ...actor, expiresAt: session.expiresAt }
  }
}

/**
 * The access token of a request or of a socket handshake: `Authorization: Bearer`, else the cookie.
 * Another scheme is passed over, as a proxy with a password of its own sends `Basic` along with our cookie.
 */
export function accessTokenOf(carrier: Carrier): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(carrier.headers.authorization ?? '')
  return bearer?.[1] ?? cookieOf(carrier, ACCESS_COOKIE)
}
