import type { RequestHandler } from 'express'
import type { AuditController } from './audit.controller.ts'
import { actorOf } from '../http/express.handler.ts'
import { problemOf } from '../http/middleware/error.middleware.ts'

/** Keeps every request behind it that changes something in the audit log, whatever routes there will be. */
export function audited(begin: AuditController['begin']): RequestHandler {
  return async (req, res, next) => {
    const body: unknown = req.body
    const input = { ...req.query, ...(typeof body === 'object' && body !== null && body) }
    const settle = await begin(actorOf(req), { method: req.method, path: req.path, input, ip: req.ip ?? '' })
    // Cut off: the answer was not sent, but what was asked for may have been done.
    if (settle) res.once('close', () => (res.writableFinished ? settle(problemOf(res) ?? 'done') : undefined))
    next()
  }
}
