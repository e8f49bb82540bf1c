import { Router, type RequestHandler } from 'express'
import { expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { bodyAndPath, bodyOf, pathOf, queryOf, withRequestKey } from '../http/request.input.ts'
import type { AdminReportController } from './adminReport.controller.ts'
import type { ReportController } from './report.controller.ts'

/** Makes the routes of `/api/reports`. */
export function reportRoutes(reports: ReportController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .post(authenticate, expressHandler(reports.report, withRequestKey(bodyOf), 201))
    .all(methodNotAllowed('POST'))
  return router
}

/** Makes the routes of `/api/admin/reports`. */
export function adminReportRoutes(reports: AdminReportController): Router {
  const router = Router()
  router.route('/').get(expressHandler(reports.list, queryOf)).all(methodNotAllowed('GET'))
  router.route('/:id').patch(expressHandler(reports.change, bodyAndPath)).all(methodNotAllowed('PATCH'))
  router.route('/:id/context').get(expressHandler(reports.context, pathOf)).all(methodNotAllowed('GET'))
  router
    .route('/:id/delete-message')
    .post(expressHandler(reports.deleteMessage, bodyAndPath))
    .all(methodNotAllowed('POST'))
  return router
}
