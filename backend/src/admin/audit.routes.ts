import { Router } from 'express'
import { sendPieces } from '../http/download.response.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { queryOf } from '../http/request.input.ts'
import type { AuditController } from './audit.controller.ts'

/** Makes the routes `/api/admin/audit` and `/api/admin/audit.csv`. */
export function auditRoutes(audit: AuditController): Router {
  const router = Router()
  router.route('/audit').get(expressHandler(audit.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/audit.csv')
    .get(async (req, res) => sendPieces(res, 'text/csv', 'audit.csv', await audit.csv(actorOf(req), req.query)))
    .all(methodNotAllowed('GET'))
  return router
}
