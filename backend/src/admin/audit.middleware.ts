import type { RequestHandler } from 'express'
import type { AuditController } from './audit.controller.ts'
import { actorOf } from '../http/express.handler.ts'
import { problemOf } from '../http/middleware/error.middleware.ts'

/** Creates a middleware that records every request behind it that changes something. */
export function audited(begin: AuditController['begin']): RequestHandler {
  return async (req, res, next) => {
    const body: unknown = req.body
    const input = { ...req.query, ...(typeof body === 'object' && body !== null && body) }
    const settle = await begin(actorOf(req), { method: req.method, path: req.path, input, ip: req.ip ?? '' })
    // A closed connection got no answer, but the action may have been done. Its entry stays `begun`.
    if (settle) res.once('close', () => (res.writableFinished ? settle(problemOf(res) ?? 'done') : undefined))
    next()
  }
}
