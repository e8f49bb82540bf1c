import { Router, type RequestHandler } from 'express'
import type { BlockController } from './block.controller.ts'
import type { ContactController } from './contact.controller.ts'
import { handle } from '../http/express.handler.ts'
import { bodyOf, pathOf, queryOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

/** Returns the routes of `/api/contacts`. */
export function contactRoutes(contacts: ContactController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(authenticate, handle(contacts.list, queryOf))
    .post(authenticate, handle(contacts.keep, bodyOf))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:userId')
    .delete(authenticate, handle(contacts.remove, pathOf, 204))
    .all(methodNotAllowed('DELETE'))
  return router
}

/** Returns the routes of `/api/blocks`. */
export function blockRoutes(blocks: BlockController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(authenticate, handle(blocks.list, queryOf))
    .post(authenticate, handle(blocks.block, bodyOf))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:userId')
    .delete(authenticate, handle(blocks.unblock, pathOf, 204))
    .all(methodNotAllowed('DELETE'))
  return router
}
