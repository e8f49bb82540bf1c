import { Router, type RequestHandler } from 'express'
import type { BlockController } from './block.controller.ts'
import type { ContactController } from './contact.controller.ts'
import { expressHandler } from '../http/express.handler.ts'
import { bodyOf, pathOf, queryOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

/** Returns the routes of `/api/contacts`. */
export function contactRoutes(contacts: ContactController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(authenticate, expressHandler(contacts.list, queryOf))
    .post(authenticate, expressHandler(contacts.keep, bodyOf))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:userId')
    .delete(authenticate, expressHandler(contacts.remove, pathOf, 204))
    .all(methodNotAllowed('DELETE'))
  return router
}

/** Returns the routes of `/api/blocks`. */
export function blockRoutes(blocks: BlockController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(authenticate, expressHandler(blocks.list, queryOf))
    .post(authenticate, expressHandler(blocks.block, bodyOf))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:userId')
    .delete(authenticate, expressHandler(blocks.unblock, pathOf, 204))
    .all(methodNotAllowed('DELETE'))
  return router
}
