import { Router } from 'express'
import { expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { bodyOf, queryOf } from '../http/request.input.ts'
import type { SettingController } from './setting.controller.ts'

/** Makes the routes of `/api/admin/settings`. */
export function settingRoutes(settings: SettingController): Router {
  const router = Router()
  router
    .route('/')
    .get(expressHandler(settings.get, queryOf))
    .patch(expressHandler(settings.change, bodyOf))
    .all(methodNotAllowed('GET, PATCH'))
  return router
}
