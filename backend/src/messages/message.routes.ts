import { Router, type RequestHandler } from 'express'
import type { MessageController } from './message.controller.ts'
import type { MessageChangeController } from './messageChange.controller.ts'
import type { ReceiptController } from './receipt.controller.ts'
import { handle } from '../http/express.handler.ts'
import { bodyAndPath, bodyOf, queryAndPath } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

export interface MessageActions {
  messages: MessageController
  changes: MessageChangeController
  receipts: ReceiptController
}

/** Returns the routes of `/api/messages`. */
export function messageRoutes({ messages, changes, receipts }: MessageActions, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .post(authenticate, handle(messages.send, bodyOf, 201))
    .all(methodNotAllowed('POST'))
  router.route('/delivered').post(authenticate, handle(receipts.markDelivered, bodyOf)).all(methodNotAllowed('POST'))
  router
    .route('/:conversationId')
    .get(authenticate, handle(messages.history, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/changes')
    .get(authenticate, handle(messages.changes, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/read')
    .post(authenticate, handle(receipts.markRead, bodyAndPath))
    .all(methodNotAllowed('POST'))
  router
    .route('/:conversationId/unread')
    .post(authenticate, handle(receipts.markUnread, bodyAndPath))
    .all(methodNotAllowed('POST'))
  router
    .route('/:conversationId/:seq')
    .patch(authenticate, handle(changes.edit, bodyAndPath))
    .delete(authenticate, handle(changes.remove, bodyAndPath))
    .all(methodNotAllowed('PATCH, DELETE'))
  router
    .route('/:conversationId/:seq/edits')
    .get(authenticate, handle(changes.edits, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/:seq/receipts')
    .get(authenticate, handle(receipts.of, queryAndPath))
    .all(methodNotAllowed('GET'))
  return router
}
