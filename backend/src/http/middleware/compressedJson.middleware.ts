import { constants } from 'node:zlib'
import compression from 'compression'
import type { Request, RequestHandler, Response } from 'express'

/** Bytes. A shorter answer fits into one packet, compressed or not. */
const THRESHOLD = 1024
/**
 * A page of 50 messages, 23.6 KB: 3.6 KB in 0.11 ms of processor time; gzip makes 3.7 KB of it in 0.22 ms. Quality 4, the
 * default, takes 0.20 ms for the same size.
 */
const BROTLI_QUALITY = 2

/**
 * Compresses the JSON that a GET answers. Tokens and links stay as they are, because they are answered to a POST or below
 * `/api/auth`: the length of a compressed answer can reveal a secret beside a text that an attacker chose (BREACH). Files
 * and downloads keep their own form.
 */
export function compressedJson(): RequestHandler {
  return compression({
    threshold: THRESHOLD,
    filter: hasPlainJson,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  })
}

function hasPlainJson(req: Request, res: Response): boolean {
  const type = String(res.getHeader('Content-Type') ?? '')
  return req.method === 'GET' && !req.originalUrl.startsWith('/api/auth/') && type.startsWith('application/json')
}
