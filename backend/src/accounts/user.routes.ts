import { Router, type RequestHandler } from 'express'
import type { PeopleSearchController } from './peopleSearch.controller.ts'
import { expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { pathOf, queryOf } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'

/** Returns the routes of `/api/users`. */
export function userRoutes(users: PeopleSearchController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router.route('/').get(authenticate, expressHandler(users.list, queryOf)).all(methodNotAllowed('GET'))
  router.route('/:id').get(authenticate, expressHandler(users.get, pathOf)).all(methodNotAllowed('GET'))
  return router
}
