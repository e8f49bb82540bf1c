import type { IRouter } from 'express'
import type { Health } from '../lib/health.ts'
import { noStore } from './middleware/noStore.middleware.ts'

/**
 * `/healthz`: the process lives; restart it when it does not answer. `/readyz`: it can serve; lead nobody to it when it answers 503.
 * Nothing else says it: a supervisor that restarted nodes because the database is away would only add to the trouble.
 * @param web gets them itself: Express waits for a turn of the event loop when a request leaves a router, and this is for every request
 */
export function addHealthRoutes(web: IRouter, health: Health): void {
  web.get('/healthz', noStore, (_req, res) => void res.json({ ok: true }))
  web.get('/readyz', noStore, async (_req, res) => {
    const report = await health.report()
    res.status(report.status === 'ready' || report.status === 'degraded' ? 200 : 503).json(report)
  })
  // What leads here keeps connections, and would send the next request on one that is just being closed.
  web.use((_req, res, next) => {
    if (health.isDraining()) res.set('Connection', 'close')
    next()
  })
}
