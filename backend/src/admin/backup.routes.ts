import { Router } from 'express'
import { sendDownload } from '../http/download.response.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyAndPath, bodyOf, pathOf, queryAndPath, queryOf } from '../http/request.input.ts'
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
    .route('/:id/token')
    .post(async (req, res) => {
      res.status(201).json(await backups.unlock(actorOf(req), bodyAndPath(req), req.ip ?? ''))
    })
    .all(methodNotAllowed('POST'))
  router
    .route('/:id')
    .get(async (req, res) => {
      await sendDownload(res, 'application/gzip', await backups.download(actorOf(req), queryAndPath(req)))
    })
    .delete(expressHandler(backups.remove, pathOf, 204))
    .all(methodNotAllowed('GET, DELETE'))
  return router
}
