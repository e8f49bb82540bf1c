import { Router, type RequestHandler } from 'express'
import type { SyncController } from './sync.controller.ts'
import { handle } from '../http/express.handler.ts'
import { bodyOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

/** `/api/sync`. A POST although it only asks: what a client holds does not fit into an address. */
export function syncRoutes(sync: SyncController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router.route('/').post(authenticate, handle(sync.sync, bodyOf)).all(methodNotAllowed('POST'))
  return router
}
