import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { Delivery } from '../lib/delivery.ts'
import { newRefreshToken, readRefreshToken } from '../lib/tokens.ts'
import type { SessionModel, SessionRecord, SessionToken } from '../models/session.model.ts'

/** Where a request comes from, kept with the session so that people can recognise their devices. */
export interface Client {
  ip: string
  userAgent: string
}

/** A refresh token is given out once, here; only its hash is kept. */
export interface OpenSession {
  id: string
  userId: Types.ObjectId
  refreshToken: string
}

/** For so long a spent token is still good: see `rotate`. */
const GRACE_MS = 30_000
/** More tabs than this do not wake at once; whoever holds a fresh token must not grow the document without end. */
const TOKENS_MAX = 64
/** Each lost race means that another refresh of the same session went through, so a handful of tries is plenty. */
const TRIES_MAX = 10

/** Opens, renews and ends sessions. @param deps.seconds how long a session lives after it was last used */
export function createSessionService({
  sessions,
  delivery,
  seconds,
}: {
  sessions: SessionModel
  delivery: Delivery
  seconds: number
}) {
  const expiry = (now: Date) => new Date(now.getTime() + seconds * 1000)

  return { open, rotate, end, endByToken }

  async function open(userId: Types.ObjectId, client: Client): Promise<OpenSession> {
    // Random throughout, unlike other ids: who could guess a session's id could end it with an invented token.
    const _id = new Types.ObjectId(randomBytes(12))
    const now = new Date()
    const { token, hash } = newRefreshToken(String(_id))
    await sessions.create({
      _id,
      userId,
      tokens: [{ hash, spentAt: null }],
      version: 1,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: expiry(now),
      ...trimmed(client),
    })
    return { id: String(_id), userId, refreshToken: token }
  }

  /**
   * Exchanges a refresh token for a new one. Each is good once, so that a stolen one betrays itself: whoever of thief
   * and owner comes second presents a spent token, which cannot be told apart from theft, and the session ends for both.
   * Within half a minute it can: two tabs wake and refresh with the same cookie, or the answer to a refresh was lost and
   * the browser asks again with the token it still has. So a token that was spent a moment ago gets another successor.
   * @throws AppError `unauthenticated` (not a refresh token) or `session_ended` (also when a token was used again)
   */
  async function rotate(refreshToken: string | undefined, client: Client): Promise<OpenSession> {
    const presented = readRefreshToken(refreshToken ?? '')
    if (!presented) throw new AppError('unauthenticated', 'Sign in first: there is no refresh token.')
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const now = new Date()
      const session = await sessions.findOne({ _id: new Types.ObjectId(presented.sessionId) }).lean()
      if (!session || session.expiresAt <= now) throw ended()
      const next = newRefreshToken(presented.sessionId)
      const tokens = successors(session.tokens, presented.hash, next.hash, now)
      if (!tokens) {
        await end(presented.sessionId, 'revoked')
        throw ended()
      }
      // The version makes read and write one step: who lost a race reads again what the winner made of the tokens.
      const { matchedCount } = await sessions.updateOne(
        { _id: session._id, version: session.version },
        { $set: { tokens, version: session.version + 1, lastUsedAt: now, expiresAt: expiry(now), ...trimmed(client) } },
      )
      if (matchedCount === 1) return { id: presented.sessionId, userId: session.userId, refreshToken: next.token }
    }
    throw new AppError('unavailable', 'This session is being refreshed too often at once. Try again in a moment.')
  }

  /** Ends the session and its connections. Ending what has ended already is no error. */
  async function end(sessionId: string, reason: 'logged_out' | 'revoked'): Promise<void> {
    await sessions.deleteOne({ _id: new Types.ObjectId(sessionId) })
    delivery.endSession(sessionId, reason)
  }

  /** As `end`, for who has nothing but a refresh token. A spent one will do; an invented one will not. */
  async function endByToken(refreshToken: string | undefined): Promise<void> {
    const presented = readRefreshToken(refreshToken ?? '')
    const session =
      presented && (await sessions.findOne({ _id: new Types.ObjectId(presented.sessionId) }, { tokens: 1 }).lean())
    if (presented && session?.tokens.some((token) => token.hash === presented.hash))
      await end(presented.sessionId, 'logged_out')
  }
}

/** Ends all sessions of a person, and their connections at once. */
export async function endSessionsOfUser(
  sessions: SessionModel,
  delivery: Delivery,
  userId: Types.ObjectId,
): Promise<void> {
  await sessions.deleteMany({ userId })
  delivery.endSessionsOf(userId.toHexString(), 'revoked')
}

/** The session's tokens after `presented` was exchanged for `next`; null when that must not be. */
function successors(tokens: SessionToken[], presented: string, next: string, now: Date): SessionToken[] | null {
  const entry = tokens.find((token) => token.hash === presented)
  if (!entry) return null
  const fresh = { hash: next, spentAt: null }
  // Using a successor proves that it arrived: all other tokens are of no more use to anybody honest.
  if (!entry.spentAt) return [{ hash: presented, spentAt: now }, fresh]
  const isGrace = now.getTime() - entry.spentAt.getTime() < GRACE_MS
  return isGrace && tokens.length < TOKENS_MAX ? [...tokens, fresh] : null
}

function trimmed({ ip, userAgent }: Client): Pick<SessionRecord, 'ip' | 'userAgent'> {
  return { ip, userAgent: userAgent.slice(0, 256) }
}

function ended(): AppError {
  return new AppError('session_ended', 'The session has ended. Sign in again.')
}
