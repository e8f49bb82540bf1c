import { Router, type RequestHandler } from 'express'
import type { AttachmentController } from './attachment.controller.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { pathOf, queryAndPath } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { sendContent } from '../http/content.response.ts'

/**
 * A content never changes, but it may be deleted, or the reader may be removed. So a browser asks again after an hour.
 */
const CACHE = 'private, max-age=3600'

/** Makes the routes of `/api/media`. */
export function attachmentRoutes(media: AttachmentController, authenticate: RequestHandler): Router {
  const router = Router()
  router
    .route('/:id/url')
    .get(noStore, authenticate, expressHandler(media.url, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:id/copy')
    .post(noStore, authenticate, expressHandler(media.copy, pathOf, 201))
    .all(methodNotAllowed('POST'))
  router
    .route('/:id/:variant')
    .all((_req, res, next) => {
      // Several users may share a browser: what its cache holds belongs to the user of these cookies.
      res.vary('Cookie').vary('Authorization')
      next()
    })
    .get(async (req, res, next) => {
      if (req.query['signature'] === undefined) next()
      else await sendContent(res, await media.openSigned({ ...req.query, ...req.params }), CACHE)
    })
    .get(authenticate, async (req, res) =>
      sendContent(res, await media.open(actorOf(req), { ...req.params, download: req.query['download'] }), CACHE),
    )
    .all(methodNotAllowed('GET'))
  return router
}
