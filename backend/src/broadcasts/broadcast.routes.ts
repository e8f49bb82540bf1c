import { pipeline } from 'node:stream/promises'
import { Router, type RequestHandler } from 'express'
import type { BroadcastController } from './broadcast.controller.ts'
import type { BroadcastListController } from './broadcastList.controller.ts'
import type { LedgerController } from './ledger.controller.ts'
import { actorOf, expressHandler } from '../http/express.handler.ts'
import { bodyAndPath, bodyOf, noInput, pathOf, queryAndPath, queryOf, withRequestKey } from '../http/request.input.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { requireAdmin } from '../http/middleware/requireAdmin.middleware.ts'

export interface BroadcastActions {
  broadcasts: BroadcastController
  ledger: LedgerController
  list: BroadcastListController
}

/** Makes the routes of `/api/admin/broadcasts`. The router of `/api/admin` authenticates and keeps the audit log. */
export function broadcastAdminRoutes({ broadcasts, ledger, list }: BroadcastActions): Router {
  const router = Router()
  // Checked again here, so that no check depends on the order of the routers.
  router.use(noStore, requireAdmin)
  router
    .route('/')
    .get(expressHandler(list, queryOf))
    .post(expressHandler(broadcasts.create, withRequestKey(bodyOf), 201))
    .all(methodNotAllowed('GET, POST'))
  router
    .route('/:id')
    .get(expressHandler(broadcasts.get, pathOf))
    .patch(expressHandler((actor, input) => broadcasts.edit(actor, input), bodyAndPath))
    .delete(expressHandler(broadcasts.remove, pathOf, 204))
    .all(methodNotAllowed('GET, PATCH, DELETE'))
  router.route('/:id/preview-count').post(expressHandler(broadcasts.previewCount, pathOf)).all(methodNotAllowed('POST'))
  router
    .route('/:id/send')
    .post(expressHandler(broadcasts.send, withRequestKey(bodyAndPath)))
    .all(methodNotAllowed('POST'))
  router.route('/:id/cancel').post(expressHandler(broadcasts.cancel, pathOf)).all(methodNotAllowed('POST'))
  router.route('/:id/revisions').get(expressHandler(broadcasts.revisions, pathOf)).all(methodNotAllowed('GET'))
  router.route('/:id/ledger').get(expressHandler(ledger.list, queryAndPath)).all(methodNotAllowed('GET'))
  router.route('/:id/counts').get(expressHandler(ledger.counts, pathOf)).all(methodNotAllowed('GET'))
  router
    .route('/:id/remind')
    .post(expressHandler(ledger.remind, withRequestKey(bodyAndPath)))
    .delete(expressHandler(ledger.stopReminding, pathOf))
    .all(methodNotAllowed('POST, DELETE'))
  router
    .route('/:id/ledger.csv')
    .get(async (req, res) => {
      const pieces = await ledger.csv(actorOf(req), req.params)
      res.attachment('ledger.csv').type('text/csv; charset=utf-8')
      await pipeline(pieces, res)
    })
    .all(methodNotAllowed('GET'))
  return router
}

/** Makes the routes of `/api/broadcasts` for recipients. */
export function broadcastRoutes({ ledger }: Pick<BroadcastActions, 'ledger'>, authenticate: RequestHandler): Router {
  const router = Router()
  router.use(noStore)
  router.route('/pending').get(authenticate, expressHandler(ledger.pending, noInput)).all(methodNotAllowed('GET'))
  router.route('/mine').get(authenticate, expressHandler(ledger.mine, queryOf)).all(methodNotAllowed('GET'))
  router
    .route('/:id/acknowledge')
    .post(authenticate, expressHandler(ledger.acknowledge, bodyAndPath))
    .all(methodNotAllowed('POST'))
  return router
}
