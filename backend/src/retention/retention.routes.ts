import { Router } from 'express'
import { sendDownload } from '../http/download.response.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyAndPath, bodyOf, pathOf, queryOf } from '../http/request.input.ts'
import type { ArchiveController } from './archive.controller.ts'
import type { RetentionController } from './retention.controller.ts'

/** Makes the routes of `/api/admin/retention`. */
export function retentionRoutes(retention: RetentionController): Router {
  const router = Router()
  router.route('/dry-run').post(expressHandler(retention.dryRun, bodyOf)).all(methodNotAllowed('POST'))
  router
    .route('/run')
    .get(expressHandler(retention.get, bodyOf))
    .post(expressHandler(retention.run, bodyOf, 202))
    .all(methodNotAllowed('GET, POST'))
  return router
}

/** Makes the routes of `/api/admin/archives`. */
export function archiveRoutes(archives: ArchiveController): Router {
  const router = Router()
  router.route('/').get(expressHandler(archives.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/:id')
    .get(async (req, res) => sendDownload(res, 'application/gzip', await archives.download(actorOf(req), req.params)))
    .delete(expressHandler(archives.remove, pathOf, 204))
    .all(methodNotAllowed('GET, DELETE'))
  router.route('/:id/restore').post(expressHandler(archives.restore, bodyAndPath)).all(methodNotAllowed('POST'))
  return router
}
