import type { RequestHandler } from 'express'

/** Forbids proxies and the browser to store the answer (RFC 9111): it is for one user only. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}
