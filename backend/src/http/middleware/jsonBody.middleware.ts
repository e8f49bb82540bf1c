import express, { type Request, type RequestHandler } from 'express'
import { AppError } from '../../lib/errors.ts'

/**
 * Bytes. The longest message is 8,000 code points: 32 KB in UTF-8, 48 KB when JSON escapes Han letters, and some room.
 */
export const BODY_MAX_BYTES = 64 * 1024
/** Levels of lists and objects. The deepest body of the API, the settings, has four. */
const DEPTH_MAX = 20

/**
 * Reads JSON bodies and refuses all others. Another site can send a form or `text/plain` without a preflight request,
 * but not JSON. So this also stops forged requests (CSRF). Compressed bodies are refused: they can unpack to a thousand
 * times their size.
 */
export function jsonBody(): RequestHandler[] {
  return [
    refuseOthers,
    express.json({ limit: BODY_MAX_BYTES, inflate: false, strict: true, type: () => true }),
    refuseDeep,
  ]
}

const refuseOthers: RequestHandler = (req, _res, next) => {
  if (hasBody(req) && !req.is('application/json')) {
    throw new AppError('json_required')
  }
  next()
}

/**
 * Refuses a body that nests deeper than DEPTH_MAX. Code that calls itself for each level, such as JSON.stringify or a deep copy, would end
 * the stack on 30 KB of brackets.
 */
const refuseDeep: RequestHandler = (req, _res, next) => {
  let level = [req.body as unknown].filter(isNested)
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === DEPTH_MAX) throw new AppError('json_too_deep', { max: DEPTH_MAX })
    level = level.flatMap((value) => Object.values(value).filter(isNested))
  }
  next()
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A POST without a body has `Content-Length: 0`. */
function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}
