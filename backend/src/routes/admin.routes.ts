import { Router, type Request, type RequestHandler, type Response } from 'express'
import { pipeline } from 'node:stream/promises'
import type { AuditController } from '../controllers/audit.controller.ts'
import { actorOf, handle } from '../lib/handler.ts'
import { audited } from '../middleware/audited.ts'
import { noStore } from '../middleware/noStore.ts'
import { methodNotAllowed } from '../middleware/notFound.ts'
import { requireAdmin } from '../middleware/requireAdmin.ts'

export interface AdminActions {
  audit: AuditController
}

/** `/api/admin`: nobody but admins gets past the first line, and what they change is in the audit log. */
export function adminRoutes({ audit }: AdminActions, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore, authenticate, requireAdmin, audited(audit.begin))
  router.route('/audit').get(handle(audit.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/audit.csv')
    .get(async (req, res) => stream(res, 'text/csv', 'audit.csv', await audit.csv(actorOf(req), req.query)))
    .all(methodNotAllowed('GET'))
  return router
}

/** As fast as it is taken, never all at once in memory. */
async function stream(res: Response, type: string, name: string, pieces: AsyncIterable<string>): Promise<void> {
  res.attachment(name).type(`${type}; charset=utf-8`)
  await pipeline(pieces, res)
}

const queryOf = (req: Request): unknown => req.query
