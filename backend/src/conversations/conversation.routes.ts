import { Router, type RequestHandler } from 'express'
import type { ConversationController } from './conversation.controller.ts'
import { expressHandler } from '../http/express.handler.ts'
import { bodyOf, pathOf, queryOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

/** Returns the routes of `/api/chats`. */
export function conversationRoutes(chats: ConversationController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(authenticate, expressHandler(chats.list, queryOf))
    .post(authenticate, expressHandler(chats.open, bodyOf))
    .all(methodNotAllowed('GET, POST'))
  router.route('/:conversationId').get(authenticate, expressHandler(chats.get, pathOf)).all(methodNotAllowed('GET'))
  return router
}
