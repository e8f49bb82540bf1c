import { Router, type RequestHandler } from 'express'
import { handle } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { bodyAndPath, bodyOf, pathOf, queryOf } from '../http/request.input.ts'
import type { AdminReportController } from './adminReport.controller.ts'
import type { ReportController } from './report.controller.ts'

/** `/api/reports` */
export function reportRoutes(reports: ReportController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .post(authenticate, handle(reports.report, bodyOf, 201))
    .all(methodNotAllowed('POST'))
  return router
}

/** `/api/admin/reports` */
export function adminReportRoutes(reports: AdminReportController): Router {
  const router = Router()
  router.route('/').get(handle(reports.list, queryOf)).all(methodNotAllowed('GET'))
  router.route('/:id').patch(handle(reports.change, bodyAndPath)).all(methodNotAllowed('PATCH'))
  router.route('/:id/context').get(handle(reports.context, pathOf)).all(methodNotAllowed('GET'))
  router.route('/:id/delete-message').post(handle(reports.deleteMessage, bodyAndPath)).all(methodNotAllowed('POST'))
  return router
}
