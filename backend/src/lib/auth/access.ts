import { ACCESS_COOKIE, type UserRole } from '../../contract/index.ts'
import type { CookieRequest, SessionCookies } from './cookies.ts'
import { AppError } from '../errors.ts'
import type { Actor } from '../delivery.ts'
import type { AccessTokens } from './tokens.ts'

/** A user whose token and session were checked for this request. */
export interface Authenticated extends Actor {
  /** When the session ends unless it is refreshed. A socket must not outlive it. */
  expiresAt: Date
}

/**
 * Checks an access token and its session. @throws AppError `unauthenticated` (no token, or not a valid one),
 * `session_ended` (the token was valid until the session ended)
 */
export type AuthenticateToken = (token: string | undefined) => Promise<Authenticated>

/** Finds a session of this user that has not ended. accounts/session.repository.ts implements it. */
export type FindSession = (sessionId: string, userId: string) => Promise<ActiveSession | null>

export interface ActiveSession {
  /** The role of the user, which is never taken from a token: a leaked secret must not make an admin. */
  role: UserRole
  expiresAt: Date
}

/**
 * Creates the one check for REST and sockets. The token alone would stay valid until it expires, so the session is read
 * at each request: a logout, or a session ended because a token was used twice, counts at once.
 * @param countRequest called before the session is looked up; what it throws refuses the request
 */
export function authenticator(
  tokens: AccessTokens,
  findSession: FindSession,
  countRequest: (userId: string) => void,
): AuthenticateToken {
  return async (token) => {
    if (token === undefined) throw new AppError('no_access_token')
    const actor = tokens.verify(token)
    countRequest(actor.userId)
    const session = await findSession(actor.sessionId, actor.userId)
    if (!session) throw new AppError('session_ended')
    return { ...actor, role: session.role, expiresAt: session.expiresAt }
  }
}

/**
 * Checks that the session belongs to the user whom the client acts for, where it names one.
 * @throws AppError `other_user`
 */
export function requireUser({ userId }: Pick<Actor, 'userId'>, expected: unknown): void {
  if (typeof expected === 'string' && expected !== '' && expected !== userId) throw new AppError('other_user_signed_in')
}

/**
 * Returns the access token of a request or a socket handshake: `Authorization: Bearer`, else the cookie. Another scheme
 * is ignored, because a proxy with a password of its own sends `Basic` together with our cookie.
 */
export function accessTokenOf(request: CookieRequest, cookies: SessionCookies): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')
  return bearer?.[1] ?? cookies.read(request, ACCESS_COOKIE)
}
