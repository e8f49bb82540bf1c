import { createHash, randomBytes } from 'node:crypto'

/** 192 random bits: nobody guesses one, so that SHA-256 without salt is enough to keep it. */
const TOKEN_BYTES = 24

/** A token for a link, and what is kept of it. */
export function newLinkToken(): { token: string; tokenHash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, tokenHash: linkTokenHash(token) }
}

export function linkTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
