import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import type { Actor } from '../delivery.ts'
import { idSchema } from '../validate.ts'

const ISSUER = 'parley'

/** The user and the session that a token stands for. The role is in the session. */
export type TokenIdentity = Pick<Actor, 'userId' | 'sessionId'>

/** Signs and checks access tokens: JWT, HS256, claims `sub` (user id), `sid` (session id), `iss`, `exp`. */
export interface AccessTokens {
  issue(identity: TokenIdentity): { token: string; expiresAt: Date }
  /**
   * Returns the user of a token. @throws AppError `unauthenticated` for anything but an unexpired token of this server
   */
  verify(token: string): TokenIdentity
}

/**
 * Creates the access tokens of the server.
 * @param secret from accounts/jwtSecret.store.ts
 * @param seconds how long a token is valid
 */
export function accessTokens(secret: string, seconds: number): AccessTokens {
  // Passed as a key object: for a text the library would first try to read it as a public key, at each verification.
  const key = createSecretKey(Buffer.from(secret))
  return {
    issue({ userId, sessionId }) {
      const exp = Math.floor(Date.now() / 1000) + seconds
      const token = jwt.sign({ sid: sessionId, exp }, key, {
        algorithm: 'HS256',
        issuer: ISSUER,
        subject: userId,
      })
      return { token, expiresAt: new Date(exp * 1000) }
    },
    verify(token) {
      const { sub, sid } = claims(token, key)
      return { userId: sub, sessionId: sid }
    },
  }
}

/** A refresh token as the client holds it (`<sessionId>.<secret>`), and the hash that is stored. */
export interface RefreshToken {
  token: string
  hash: string
}

/**
 * Makes a refresh token of 32 random bytes. SHA-256 without salt or stretching is enough to store them, because no
 * attacker can guess or tabulate them.
 */
export function newRefreshToken(sessionId: string): RefreshToken {
  const secret = randomBytes(32).toString('base64url')
  return { token: `${sessionId}.${secret}`, hash: sha256(secret) }
}

/** Reads a refresh token; null for a text that this server cannot have made. */
export function readRefreshToken(token: string): { sessionId: string; hash: string } | null {
  const parts = /^([0-9a-f]{24})\.([A-Za-z0-9_-]{43})$/.exec(token)
  return parts?.[1] && parts[2] ? { sessionId: parts[1], hash: sha256(parts[2]) } : null
}

/** jsonwebtoken checks `exp` when there is one; this schema requires that there is one. */
const claimsSchema = z.object({ sub: idSchema, sid: idSchema, exp: z.int() })

function claims(token: string, key: KeyObject): z.output<typeof claimsSchema> {
  try {
    // The algorithm is fixed: a token must not choose how it is checked (`none`, or a public key taken for an HMAC
    // secret).
    return claimsSchema.parse(jwt.verify(token, key, { algorithms: ['HS256'], issuer: ISSUER }))
  } catch (cause) {
    throw new AppError('access_token_not_valid', {}, { cause })
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
