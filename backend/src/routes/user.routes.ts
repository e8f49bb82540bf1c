import { Router, type RequestHandler } from 'express'
import type { UserController } from '../controllers/user.controller.ts'
import { handle } from '../lib/handler.ts'
import { methodNotAllowed } from '../middleware/notFound.ts'
import { noStore } from '../middleware/noStore.ts'

/** `/api/users` */
export function userRoutes(users: UserController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router
    .route('/')
    .get(
      authenticate,
      handle(users.list, (req) => req.query),
    )
    .all(methodNotAllowed('GET'))
  router
    .route('/:id')
    .get(
      authenticate,
      handle(users.get, (req) => req.params),
    )
    .all(methodNotAllowed('GET'))
  return router
}
