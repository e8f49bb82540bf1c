import type { IRouter } from 'express'
import type { Health } from '../lib/health.ts'
import { noStore } from './middleware/noStore.middleware.ts'

/**
 * Adds `/healthz` and `/readyz`. `/healthz` says that the process is alive: restart it when it does not answer.
 * `/readyz` says that the node can serve: send it no clients while it answers 503. They are separate, since a restart
 * does not help a node without its database.
 * @param web gets the routes itself, not by a router: Express waits a turn of the event loop when a request leaves a
 * router, and every request passes here
 */
export function addHealthRoutes(web: IRouter, health: Health): void {
  web.get('/healthz', noStore, (_req, res) => void res.json({ ok: true }))
  web.get('/readyz', noStore, async (_req, res) => {
    const report = await health.report()
    res.status(report.status === 'ready' || report.status === 'degraded' ? 200 : 503).json(report)
  })
  // A load balancer keeps connections open, and would send its next request on one that is just being closed.
  web.use((_req, res, next) => {
    if (health.isDraining()) res.set('Connection', 'close')
    next()
  })
}
