import type { Express, Router } from 'express'
import type { Config } from '../config.ts'
import type { Health } from '../lib/health.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Logger } from '../lib/logger.ts'
import { addHealthRoutes } from './health.routes.ts'
import { errorHandler } from './middleware/error.middleware.ts'
import { traceRequests } from './middleware/instrumentation.middleware.ts'
import { notFound } from './middleware/notFound.middleware.ts'
import { page } from './middleware/page.middleware.ts'
import { warnOfProxy } from './middleware/proxyWarning.middleware.ts'
import { requestLog } from './middleware/requestLog.middleware.ts'
import { securityHeaders } from './middleware/securityHeaders.middleware.ts'

interface WebParts {
  config: Config
  health: Health
  logger: Logger
  instrumentation: Instrumentation
  /** The other origins that browsers read media from and send media to. */
  mediaOrigins: string[]
  /** The routes below `/api`. */
  api: Router
  /** The routes of `/metrics`. Undefined: nothing is measured. */
  metrics: Router | undefined
  /** The folder of the built page. */
  pageFolder: string
}

/** Adds everything that the server answers: health, the API, metrics and the page. */
export function addRoutes(web: Express, parts: WebParts): void {
  const { config, health, logger, instrumentation, mediaOrigins, api, metrics, pageFolder } = parts
  web.disable('x-powered-by')
  web.set('trust proxy', config.trustProxy)
  addHealthRoutes(web, health)
  const isProxyTrusted = config.trustProxy > 0
  web.use(
    requestLog(logger, isProxyTrusted),
    traceRequests(instrumentation, isProxyTrusted),
    securityHeaders(config, mediaOrigins),
    warnOfProxy(logger, config.trustProxy),
  )
  web.use('/api', api)
  if (metrics) web.use('/metrics', metrics)
  web.use(page(pageFolder))
  web.use(notFound, errorHandler)
}
