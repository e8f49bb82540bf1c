import { Router, type RequestHandler } from 'express'
import type { SyncController } from './sync.controller.ts'
import { expressHandler } from '../http/express.handler.ts'
import { bodyOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

/**
 * Returns the routes of `/api/sync`. It is a POST, although it only reads, because the state of a client does not fit
 * into a URL.
 */
export function syncRoutes(sync: SyncController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router.route('/').post(authenticate, expressHandler(sync.sync, bodyOf)).all(methodNotAllowed('POST'))
  return router
}
