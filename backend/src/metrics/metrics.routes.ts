import { Router } from 'express'
import { bearerToken } from '../http/middleware/bearerToken.middleware.ts'
import { methodNotAllowed } from '../http/middleware/notFound.middleware.ts'
import { noStore } from '../http/middleware/noStore.middleware.ts'

/** Makes the route `/metrics` for Prometheus. */
export function metricsRoutes(token: string, metrics: { contentType: string; text: () => Promise<string> }): Router {
  const router = Router()
  router.use(noStore, bearerToken(token))
  router
    .route('/')
    .get(async (_req, res) => {
      res.set('Content-Type', metrics.contentType).send(await metrics.text())
    })
    .all(methodNotAllowed('GET'))
  return router
}
