import { Router, type RequestHandler } from 'express'
import type { MessageController } from './message.controller.ts'
import type { MessageChangeController } from './messageChange.controller.ts'
import type { ReceiptController } from './receipt.controller.ts'
import { expressHandler } from '../http/express.handler.ts'
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
    .post(authenticate, expressHandler(messages.send, bodyOf, 201))
    .all(methodNotAllowed('POST'))
  router
    .route('/delivered')
    .post(authenticate, expressHandler(receipts.markDelivered, bodyOf))
    .all(methodNotAllowed('POST'))
  router
    .route('/:conversationId')
    .get(authenticate, expressHandler(messages.history, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/changes')
    .get(authenticate, expressHandler(messages.changes, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/read')
    .post(authenticate, expressHandler(receipts.markRead, bodyAndPath))
    .all(methodNotAllowed('POST'))
  router
    .route('/:conversationId/unread')
    .post(authenticate, expressHandler(receipts.markUnread, bodyAndPath))
    .all(methodNotAllowed('POST'))
  router
    .route('/:conversationId/:seq')
    .patch(authenticate, expressHandler(changes.edit, bodyAndPath))
    .delete(authenticate, expressHandler(changes.remove, bodyAndPath))
    .all(methodNotAllowed('PATCH, DELETE'))
  router
    .route('/:conversationId/:seq/edits')
    .get(authenticate, expressHandler(changes.edits, queryAndPath))
    .all(methodNotAllowed('GET'))
  router
    .route('/:conversationId/:seq/receipts')
    .get(authenticate, expressHandler(receipts.of, queryAndPath))
    .all(methodNotAllowed('GET'))
  return router
}
