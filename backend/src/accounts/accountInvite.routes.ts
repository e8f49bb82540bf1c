import { Router } from 'express'
import { expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyOf, pathOf, queryOf, withRequestKey } from '../http/request.input.ts'
import type { AccountInviteController } from './accountInvite.controller.ts'

/** Returns the routes of `/api/admin/invites`. */
export function accountInviteRoutes(invites: AccountInviteController): Router {
  const router = Router()
  router
    .route('/')
    .get(expressHandler(invites.list, queryOf))
    .post(expressHandler(invites.create, withRequestKey(bodyOf), 201))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:id')
    .delete(expressHandler(invites.revoke, pathOf, 204))
    .all(methodNotAllowed('DELETE'))
  return router
}
