import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { AppError } from '../../lib/errors.ts'

/**
 * Refuses requests without `Authorization: Bearer <token>`. It compares digests in constant time, so that the time
 * reveals neither how much of a guess is right nor the length of the token.
 */
export function bearerToken(token: string): RequestHandler {
  const expected = digest(token)
  return (req, _res, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? []
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw new AppError('no_bearer_token')
    }
    next()
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
