import { Router, type RequestHandler } from 'express'
import type { GroupController } from './group.controller.ts'
import type { GroupMemberController } from './groupMember.controller.ts'
import type { GroupInviteController } from './groupInvite.controller.ts'
import { expressHandler } from '../http/express.handler.ts'
import { bodyAndPath, bodyOf, pathOf, queryAndPath, withRequestKey } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'

export interface GroupActions {
  groups: GroupController
  members: GroupMemberController
  invites: GroupInviteController
}

/** Makes the routes of `/api/groups`. */
export function groupRoutes({ groups, members, invites }: GroupActions, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/create')
    .post(authenticate, expressHandler(groups.create, bodyOf, 201))
    .all(methodNotAllowed('POST'))
  router
    .route('/:groupId')
    .get(authenticate, expressHandler(groups.get, pathOf))
    .patch(authenticate, expressHandler(groups.edit, withRequestKey(bodyAndPath)))
    .all(methodNotAllowed('GET, PATCH'))
  router
    .route('/:groupId/members')
    .get(authenticate, expressHandler(members.list, queryAndPath))
    .post(authenticate, expressHandler(members.add, withRequestKey(bodyAndPath)))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:groupId/members/:userId')
    .patch(authenticate, expressHandler(members.changeRole, withRequestKey(bodyAndPath)))
    .delete(authenticate, expressHandler(members.remove, withRequestKey(pathOf), 204))
    .all(methodNotAllowed('PATCH, DELETE'))
  router
    .route('/:groupId/owner')
    .post(authenticate, expressHandler(members.transfer, withRequestKey(bodyAndPath)))
    .all(methodNotAllowed('POST'))
  router
    .route('/:groupId/invite')
    .get(authenticate, expressHandler(invites.get, pathOf))
    .post(authenticate, expressHandler(invites.create, withRequestKey(bodyAndPath), 201))
    .delete(authenticate, expressHandler(invites.revoke, pathOf, 204))
    .all(methodNotAllowed('GET, POST, DELETE'))
  return router
}

/** Makes the routes of `/api/invites`, for users with an invitation link. */
export function inviteRoutes(invites: GroupInviteController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/:token')
    .get(authenticate, expressHandler(invites.preview, pathOf))
    .post(authenticate, expressHandler(invites.join, withRequestKey(pathOf)))
    .all(methodNotAllowed('GET, POST'))
  return router
}
