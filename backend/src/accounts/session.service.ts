import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { Delivery } from '../lib/delivery.ts'
import { newRefreshToken, readRefreshToken } from '../lib/auth/tokens.ts'
import type { SessionRepository } from './session.repository.ts'
import type { UserRecord } from '../models/user.model.ts'
import type { SessionModel, SessionRecord, SessionToken } from '../models/session.model.ts'

/** The client of a request, kept with the session so that users recognise their devices. */
export interface Client {
  ip: string
  userAgent: string
}

/** A session and its newest refresh token. The token is given out here only once; the store keeps its hash. */
export interface OpenSession {
  id: string
  userId: Types.ObjectId
  refreshToken: string
}

/** Called with the session of a good token. What it throws refuses the refresh. */
type BeforeRefresh = (session: { id: string; userId: string }) => Promise<void>

/** Opens, refreshes and ends sessions. */
export interface SessionService {
  /** Opens a session for a user. It keeps the user's role: a change of role ends all sessions of the user. */
  open(user: Pick<UserRecord, '_id' | 'role'>, client: Client): Promise<OpenSession>
  /**
   * Exchanges a refresh token for a new one. A token stays good until a successor of it was exchanged. Only then has the
   * client proved that it received the successor: before, the answer may have been lost, or two tabs refreshed with the
   * same cookie. When a thief copied a token, both get successors, and the second of the two to exchange theirs presents a
   * token that is not good any more. Then the session ends for both (RFC 9700, section 4.14.2).
   * @param beforeRefresh called when the token is good; what it throws refuses the refresh
   * @throws AppError `unauthenticated` (not a refresh token), `session_ended` (also when a spent token was used),
   * `unavailable` (too many refreshes of this session at the same time)
   */
  rotate(refreshToken: string | undefined, client: Client, beforeRefresh: BeforeRefresh): Promise<OpenSession>
  /** Ends the session and closes its connections. Does nothing when the session has ended already. */
  end(sessionId: string, reason: 'logged_out' | 'revoked'): Promise<void>
  /** Finds the session of a refresh token. A spent token is accepted; null for an invented one. */
  findByToken(refreshToken: string | undefined): Promise<{ id: string; userId: string } | null>
}

export interface SessionServiceDeps {
  sessions: SessionRepository
  delivery: Delivery
  /** Seconds that a session lives after its last use. */
  seconds: number
}

/** The tokens of a session, so that a client that loses every answer does not make the document grow without end. */
const TOKENS_MAX = 64
/** Each lost race means that another refresh of the same session was written, so ten tries are enough. */
const TRIES_MAX = 10

/** Creates the service of sessions. `seconds` is how long a session lasts without a refresh. */
export function createSessionService({ sessions, delivery, seconds }: SessionServiceDeps): SessionService {
  const expiry = (now: Date) => new Date(now.getTime() + seconds * 1000)

  return { open, rotate, end, findByToken }

  async function open({ _id: userId, role }: Pick<UserRecord, '_id' | 'role'>, client: Client): Promise<OpenSession> {
    // All 12 bytes are random, unlike other ids: an attacker who guessed a session's id could end it with an invented
    // token.
    const _id = new Types.ObjectId(randomBytes(12))
    const now = new Date()
    const { token, hash } = newRefreshToken(String(_id))
    await sessions.insert({
      _id,
      userId,
      role,
      tokens: [{ hash, spentAt: null }],
      version: 1,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: expiry(now),
      ...trimmed(client),
    })
    return { id: String(_id), userId, refreshToken: token }
  }

  async function rotate(
    refreshToken: string | undefined,
    client: Client,
    beforeRefresh: BeforeRefresh,
  ): Promise<OpenSession> {
    const presented = readRefreshToken(refreshToken ?? '')
    if (!presented) throw new AppError('no_refresh_token')
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const now = new Date()
      const session = await sessions.find(presented.sessionId)
      if (!session || session.expiresAt <= now) throw ended()
      const next = newRefreshToken(presented.sessionId)
      const tokens = afterExchange(session.tokens, presented.hash, next.hash, now)
      if (!tokens) {
        await end(presented.sessionId, 'revoked')
        throw ended()
      }
      if (tries === 0) await beforeRefresh({ id: presented.sessionId, userId: session.userId.toHexString() })
      // The version makes the read and the write one step: after a lost race the loop reads the tokens of the other
      // refresh.
      const change = { tokens, lastUsedAt: now, expiresAt: expiry(now), ...trimmed(client) }
      if (await sessions.refresh(session, change))
        return { id: presented.sessionId, userId: session.userId, refreshToken: next.token }
    }
    throw new AppError('too_many_refreshes')
  }

  async function end(sessionId: string, reason: 'logged_out' | 'revoked'): Promise<void> {
    await sessions.remove(sessionId)
    delivery.endSession(sessionId, reason)
  }

  async function findByToken(refreshToken: string | undefined): Promise<{ id: string; userId: string } | null> {
    const presented = readRefreshToken(refreshToken ?? '')
    const session = presented && (await sessions.find(presented.sessionId))
    return session && session.expiresAt > new Date() && session.tokens.some(({ hash }) => hash === presented?.hash)
      ? { id: session._id.toHexString(), userId: session.userId.toHexString() }
      : null
  }
}

/** Ends all sessions of a user and closes their connections. */
export async function endSessionsOfUser(
  sessions: SessionModel,
  delivery: Delivery,
  userId: Types.ObjectId,
): Promise<void> {
  await sessions.deleteMany({ userId })
  delivery.endSessionsOfUser(userId.toHexString(), 'revoked')
}

/** Returns the session's tokens after `presented` is exchanged for `next`; null when the exchange is refused. */
function afterExchange(tokens: SessionToken[], presented: string, next: string, now: Date): SessionToken[] | null {
  const entry = tokens.find((token) => token.hash === presented)
  if (!entry) return null
  const fresh = { hash: next, spentAt: null }
  // A client that uses a successor has received it, so no honest client needs the other tokens any more.
  if (!entry.spentAt) return [{ hash: presented, spentAt: now }, fresh]
  const successors = tokens.filter((token) => token !== entry)
  return [entry, ...successors.slice(2 - TOKENS_MAX), fresh]
}

function trimmed({ ip, userAgent }: Client): Pick<SessionRecord, 'ip' | 'userAgent'> {
  return { ip, userAgent: userAgent.slice(0, 256) }
}

function ended(): AppError {
  return new AppError('session_ended')
}
