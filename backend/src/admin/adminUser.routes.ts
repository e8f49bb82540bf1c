import { Router } from 'express'
import { sendPieces } from '../http/download.response.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyAndPath, pathOf, queryAndPath, queryOf, withRequestKey } from '../http/request.input.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import type { DeleteAccount } from './deleteAccount.controller.ts'
import type { ExportAccount } from './exportAccount.controller.ts'

export interface AdminUserActions {
  users: AdminUserController
  deleteAccount: DeleteAccount
  exportAccount: ExportAccount
}

/** Makes the routes of `/api/admin/users`. */
export function adminUserRoutes({ users, deleteAccount, exportAccount }: AdminUserActions): Router {
  const router = Router()
  router.route('/').get(expressHandler(users.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/:id')
    .get(expressHandler(users.get, pathOf))
    .patch(expressHandler(users.changeRole, bodyAndPath))
    .delete(expressHandler(deleteAccount, queryAndPath, 204))
    .all(methodNotAllowed('GET, PATCH, DELETE'))
  router.route('/:id/disable').post(expressHandler(users.disable, bodyAndPath)).all(methodNotAllowed('POST'))
  router.route('/:id/enable').post(expressHandler(users.enable, bodyAndPath)).all(methodNotAllowed('POST'))
  router
    .route('/:id/logout')
    .post(expressHandler(users.logout, bodyAndPath, 204))
    .all(methodNotAllowed('POST'))
  router.route('/:id/mute').post(expressHandler(users.mute, bodyAndPath)).all(methodNotAllowed('POST'))
  router
    .route('/:id/reset-link')
    .post(expressHandler(users.resetLink, withRequestKey(bodyAndPath), 201))
    .all(methodNotAllowed('POST'))
  router
    .route('/:id/export')
    .get(async (req, res) =>
      sendPieces(res, 'application/jsonl', `${req.params.id}.jsonl`, await exportAccount(actorOf(req), req.params)),
    )
    .all(methodNotAllowed('GET'))
  return router
}
