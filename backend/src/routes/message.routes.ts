import { Router, type RequestHandler } from 'express'
import type { MessageController } from '../controllers/message.controller.ts'
import { handle } from '../lib/handler.ts'
import { noStore } from '../middleware/noStore.ts'
import { methodNotAllowed } from '../middleware/notFound.ts'

/** `/api/messages` */
export function messageRoutes(messages: MessageController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router.route('/').post(authenticate, handle(messages.send, (req) => req.body, 201)).all(methodNotAllowed('POST'))
  router
    .route('/:conversationId')
    .get(authenticate, handle(messages.history, (req) => ({ ...req.query, ...req.params })))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/read')
    .post(authenticate, handle(messages.markRead, (req) => ({ ...req.body, ...req.params })))
    .all(methodNotAllowed('POST'))
  return router
}
