import { Router, type RequestHandler } from 'express'
import { LIMITS } from '../contract/index.ts'
import type { PictureController } from './picture.controller.ts'
import { AppError } from '../lib/errors.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { noInput, pathOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { sendContent } from '../http/content.response.ts'

/** The address contains the hash of the content, so the content never changes. */
const CACHE = 'private, max-age=31536000, immutable'

/**
 * Makes the routes `/api/auth/me/picture` and `/api/groups/:groupId/picture`, whose bodies are images. They stand
 * before the parser of JSON bodies.
 */
export function pictureContentRoutes(pictures: PictureController, authenticate: RequestHandler): Router {
  const router = Router()
  router
    .route('/auth/me/picture')
    .put(
      noStore,
      refuseLarge,
      authenticate,
      async (req, res) => void res.json(await pictures.setOwn(actorOf(req), req.query, req)),
    )
    .delete(noStore, authenticate, expressHandler(pictures.removeOwn, noInput))
    .all(methodNotAllowed('PUT, DELETE'))
  router
    .route('/groups/:groupId/picture')
    .put(
      noStore,
      refuseLarge,
      authenticate,
      async (req, res) => void res.json(await pictures.setOfGroup(actorOf(req), { ...req.query, ...req.params }, req)),
    )
    .delete(noStore, authenticate, expressHandler(pictures.removeOfGroup, pathOf))
    .all(methodNotAllowed('PUT, DELETE'))
  return router
}

/** Makes the routes of `/api/pictures`. */
export function pictureRoutes(pictures: PictureController, authenticate: RequestHandler): Router {
  const router = Router()
  router
    .route('/:hash/:size')
    .get(authenticate, async (req, res) => sendContent(res, await pictures.open(actorOf(req), req.params), CACHE))
    .all(methodNotAllowed('GET'))
  return router
}

/**
 * Refuses a large picture before its body is read, so that the answer arrives. A body without a length is cut at the
 * limit.
 */
const refuseLarge: RequestHandler = (req, _res, next) => {
  const max = LIMITS.pictureMaxBytes
  if (Number(req.headers['content-length'] ?? 0) > max) throw new AppError('picture_too_large', { limit: max })
  next()
}
