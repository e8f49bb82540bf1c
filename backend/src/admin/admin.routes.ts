import { pipeline } from 'node:stream/promises'
import { Router, type Request, type RequestHandler, type Response } from 'express'
import type { ServerStats } from '../contract/index.ts'
import type { AccountInviteController } from '../accounts/accountInvite.controller.ts'
import type { AdminGroupList } from './adminGroup.controller.ts'
import type { AdminReportController } from '../reports/adminReport.controller.ts'
import type { AdminUserController } from './adminUser.controller.ts'
import type { ArchiveController, Download } from '../retention/archive.controller.ts'
import type { AuditController } from './audit.controller.ts'
import type { BackupController } from './backup.controller.ts'
import type { RetentionController } from '../retention/retention.controller.ts'
import type { SettingController } from '../settings/setting.controller.ts'
import { actorOf, handle } from '../http/express.handler.ts'
import type { Actor } from '../lib/delivery.ts'
import { audited } from './audit.middleware.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { requireAdmin } from '../http/middleware/requireAdmin.middleware.ts'

export interface AdminActions {
  audit: AuditController
  users: AdminUserController
  groups: AdminGroupList
  removeUser: (actor: Actor, input: unknown) => Promise<void>
  exportUser: (actor: Actor, input: unknown) => Promise<AsyncIterable<string>>
  invites: AccountInviteController
  settings: SettingController
  reports: AdminReportController
  stats: () => Promise<ServerStats>
  retention: RetentionController
  archives: ArchiveController
  backups: BackupController
}

/** `/api/admin`: nobody but admins gets past the first line, and what they change is in the audit log. */
export function adminRoutes(actions: AdminActions, authenticate: RequestHandler): Router {
  const {
    audit,
    users,
    groups,
    removeUser,
    exportUser,
    invites,
    settings,
    reports,
    stats,
    retention,
    archives,
    backups,
  } = actions
  const router = Router()
  router.use(noStore, authenticate, requireAdmin, audited(audit.begin))
  router.route('/audit').get(handle(audit.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/audit.csv')
    .get(async (req, res) => stream(res, 'text/csv', 'audit.csv', await audit.csv(actorOf(req), req.query)))
    .all(methodNotAllowed('GET'))
  router.route('/users').get(handle(users.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/users/:id')
    .get(handle(users.get, pathOf))
    .patch(handle(users.changeRole, bodyAndPath))
    .delete(handle(removeUser, queryAndPath, 204))
    .all(methodNotAllowed('GET, PATCH, DELETE'))
  router.route('/users/:id/disable').post(handle(users.disable, bodyAndPath)).all(methodNotAllowed('POST'))
  router.route('/users/:id/enable').post(handle(users.enable, bodyAndPath)).all(methodNotAllowed('POST'))
  router
    .route('/users/:id/logout')
    .post(handle(users.logout, bodyAndPath, 204))
    .all(methodNotAllowed('POST'))
  router.route('/users/:id/mute').post(handle(users.mute, bodyAndPath)).all(methodNotAllowed('POST'))
  router
    .route('/users/:id/reset-link')
    .post(handle(users.resetLink, bodyAndPath, 201))
    .all(methodNotAllowed('POST'))
  router
    .route('/users/:id/export')
    .get(async (req, res) =>
      stream(res, 'application/jsonl', `${req.params.id}.jsonl`, await exportUser(actorOf(req), req.params)),
    )
    .all(methodNotAllowed('GET'))
  router.route('/groups').get(handle(groups, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/invites')
    .get(handle(invites.list, queryOf))
    .post(handle(invites.create, bodyOf, 201))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/invites/:id')
    .delete(handle(invites.revoke, pathOf, 204))
    .all(methodNotAllowed('DELETE'))
  router
    .route('/settings')
    .get(handle(settings.get, queryOf))
    .patch(handle(settings.change, bodyOf))
    .all(methodNotAllowed('GET, PATCH'))
  router.route('/stats').get(handle(stats, queryOf)).all(methodNotAllowed('GET'))
  router.route('/reports').get(handle(reports.list, queryOf)).all(methodNotAllowed('GET'))
  router.route('/reports/:id').patch(handle(reports.change, bodyAndPath)).all(methodNotAllowed('PATCH'))
  router.route('/reports/:id/context').get(handle(reports.context, pathOf)).all(methodNotAllowed('GET'))
  router
    .route('/reports/:id/delete-message')
    .post(handle(reports.deleteMessage, bodyAndPath))
    .all(methodNotAllowed('POST'))
  router.route('/retention/dry-run').post(handle(retention.dryRun, bodyOf)).all(methodNotAllowed('POST'))
  router
    .route('/retention/run')
    .get(handle(retention.get, bodyOf))
    .post(handle(retention.run, bodyOf, 202))
    .all(methodNotAllowed('GET, POST'))
  router.route('/archives').get(handle(archives.list, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/archives/:id')
    .get(async (req, res) => send(res, 'application/gzip', await archives.download(actorOf(req), req.params)))
    .delete(handle(archives.remove, pathOf, 204))
    .all(methodNotAllowed('GET, DELETE'))
  router.route('/archives/:id/restore').post(handle(archives.restore, bodyAndPath)).all(methodNotAllowed('POST'))
  router
    .route('/backups')
    .get(handle(backups.list, queryOf))
    .post(handle(backups.create, bodyOf, 202))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/backups/:id')
    .get(async (req, res) => send(res, 'application/gzip', await backups.download(actorOf(req), req.params)))
    .delete(handle(backups.remove, pathOf, 204))
    .all(methodNotAllowed('GET, DELETE'))
  return router
}

/** As fast as it is taken, never all at once in memory. */
async function stream(res: Response, type: string, name: string, pieces: AsyncIterable<string>): Promise<void> {
  res.attachment(name).type(`${type}; charset=utf-8`)
  await pipeline(pieces, res)
}

/** A file, of which the browser knows how long it is. */
async function send(res: Response, type: string, { name, bytes, content }: Download): Promise<void> {
  res.attachment(name).type(type).set('Content-Length', String(bytes))
  await pipeline(content, res)
}

const bodyOf = (req: Request): unknown => req.body ?? {}
const pathOf = (req: Request): unknown => req.params
// The path wins: neither body nor query may name another one.
const bodyAndPath = (req: Request): unknown => ({ ...req.body, ...req.params })
const queryAndPath = (req: Request): unknown => ({ ...req.query, ...req.params })
const queryOf = (req: Request): unknown => req.query
