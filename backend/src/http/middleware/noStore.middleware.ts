import type { RequestHandler } from 'express'

/** What a person may see is for that person: neither a proxy nor the browser's disk keeps it (RFC 9111). */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}
