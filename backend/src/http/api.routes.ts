import cookieParser from 'cookie-parser'
import { Router } from 'express'
import type { Config } from '../config.ts'
import type { Mount } from './mount.types.ts'
import type { WarnOfOrigin } from './origin.warning.ts'
import { compressedJson } from './middleware/compressedJson.middleware.ts'
import { jsonBody } from './middleware/jsonBody.middleware.ts'
import { notFound } from './middleware/notFound.middleware.ts'
import { sameOrigin } from './middleware/sameOrigin.middleware.ts'

/** Makes `/api` with the routes of all features, behind the check of the request's host and origin. */
export function apiRoutes(
  mounts: readonly Mount[],
  config: Pick<Config, 'allowedOrigins' | 'allowedHosts'>,
  warnOfOrigin: WarnOfOrigin,
): Router {
  const router = Router()
  router.use(sameOrigin(config, warnOfOrigin), cookieParser(), compressedJson())
  for (const { path, router: feature } of mounts.filter(({ readsBodies }) => readsBodies)) router.use(path, feature)
  router.use(jsonBody())
  for (const { path, router: feature } of mounts.filter(({ readsBodies }) => !readsBodies)) router.use(path, feature)
  router.use(notFound)
  return router
}
