import { Router, type RequestHandler } from 'express'
import type { ServerStats } from '../contract/index.ts'
import { expressHandler } from '../http/express.handler.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { requireAdmin } from '../http/middleware/requireAdmin.middleware.ts'
import { queryOf } from '../http/request.input.ts'
import type { Mount } from '../http/mount.types.ts'
import type { AdminGroupController } from './adminGroup.controller.ts'
import type { AuditController } from './audit.controller.ts'
import { audited } from './audit.middleware.ts'

/**
 * Makes the routes of `/api/admin`. Only admins pass the first line, and the audit log records every change behind it.
 * @param mounts the routes of all features below `/api/admin`
 */
export function adminRoutes(mounts: readonly Mount[], audit: AuditController, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore, authenticate, requireAdmin, audited(audit.begin))
  for (const { path, router: feature } of mounts) router.use(path, feature)
  return router
}

/** Makes the routes of `/api/admin/groups`. */
export function adminGroupRoutes(list: AdminGroupController): Router {
  const router = Router()
  router.route('/').get(expressHandler(list, queryOf)).all(methodNotAllowed('GET'))
  return router
}

/** Makes the routes of `/api/admin/stats`. */
export function serverStatsRoutes(stats: () => Promise<ServerStats>): Router {
  const router = Router()
  router.route('/').get(expressHandler(stats, queryOf)).all(methodNotAllowed('GET'))
  return router
}
