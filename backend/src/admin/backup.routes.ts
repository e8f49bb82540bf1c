import { Router } from 'express'
import { sendDownload } from '../http/download.response.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyOf, pathOf, queryOf } from '../http/request.input.ts'
import type { BackupController } from './backup.controller.ts'

/** Makes the routes of `/api/admin/backups`. */
export function backupRoutes(backups: BackupController): Router {
  const router = Router()
  router
    .route('/')
    .get(expressHandler(backups.list, queryOf))
    .post(expressHandler(backups.create, bodyOf, 202))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:id')
    .get(async (req, res) => sendDownload(res, 'application/gzip', await backups.download(actorOf(req), req.params)))
    .delete(expressHandler(backups.remove, pathOf, 204))
    .all(methodNotAllowed('GET, DELETE'))
  return router
}
