import { Router, type RequestHandler } from 'express'
import type { SyncController } from '../controllers/sync.controller.ts'
import { handle } from '../lib/handler.ts'
import { noStore } from '../middleware/noStore.ts'
import { methodNotAllowed } from '../middleware/notFound.ts'

/** `/api/sync`. A POST although it only asks: what a client holds does not fit into an address. */
export function syncRoutes(sync: SyncController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .post(
      authenticate,
      handle(sync.sync, (req) => req.body),
    )
    .all(methodNotAllowed('POST'))
  return router
}
