import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { RequestFields } from '../idempotency.ts'

/** 192 random bits. No attacker can guess them, so SHA-256 without salt is enough to store them. */
const TOKEN_BYTES = 24

/** Returns a new token for a link, and the hash that is stored. */
function newLinkToken(): { token: string; tokenHash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, tokenHash: linkTokenHash(token) }
}

/** The fields of a link that a request with a key made. The token cannot be computed from them without the client's key. */
export interface LinkRequestFields extends RequestFields {
  /** Makes the token together with the key: the store has neither token nor key. */
  tokenSalt?: string
}

/** Takes the fields of an earlier request out of a link that another one replaces. */
export const NO_REQUEST = { requestKey: '', requestHash: '', tokenSalt: '' }

/**
 * Returns the token of a link that a request with this key makes, its hash, and the fields to store. A repeat computes the same token
 * again, see `linkTokenAgain`.
 * @param request from `requestFields`
 */
export function newRepeatableLinkToken(
  request: RequestFields,
  idempotencyKey: string | undefined,
): { token: string; tokenHash: string; fields: LinkRequestFields } {
  if (idempotencyKey === undefined) return { ...newLinkToken(), fields: {} }
  const tokenSalt = randomBytes(TOKEN_BYTES).toString('base64url')
  const token = tokenOf(tokenSalt, idempotencyKey)
  return { token, tokenHash: linkTokenHash(token), fields: { ...request, tokenSalt } }
}

/** Returns the token of a link again, for a repeat of the request that made the link. */
export function linkTokenAgain({ tokenSalt = '' }: LinkRequestFields, idempotencyKey = ''): string {
  return tokenOf(tokenSalt, idempotencyKey)
}

function tokenOf(salt: string, idempotencyKey: string): string {
  return createHmac('sha256', salt).update(idempotencyKey).digest().subarray(0, TOKEN_BYTES).toString('base64url')
}

/** What a link without a limit has left. */
const WITHOUT_LIMIT = Number.MAX_SAFE_INTEGER

/** Returns the fields of a new link that say how long and how often it can be used. Null: without a limit. */
export function newLinkUses(expiresInSeconds: number | null, maxUses: number | null) {
  const createdAt = new Date()
  return {
    createdAt,
    expiresAt: expiresInSeconds === null ? null : new Date(createdAt.getTime() + expiresInSeconds * 1000),
    maxUses,
    uses: 0,
    usesLeft: maxUses ?? WITHOUT_LIMIT,
  }
}

/** Returns the SHA-256 hash of a token, which is stored in place of the token. */
export function linkTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
