import { createHash, randomBytes } from 'node:crypto'

/** 192 random bits. No attacker can guess them, so SHA-256 without salt is enough to store them. */
const TOKEN_BYTES = 24

/** Returns a new token for a link, and the hash that is stored. */
export function newLinkToken(): { token: string; tokenHash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, tokenHash: linkTokenHash(token) }
}

/** Returns the SHA-256 hash of a token, which is stored in place of the token. */
export function linkTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
