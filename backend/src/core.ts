import type { RequestHandler } from 'express'
import type { Config } from './config.ts'
import type { Mount } from './http/mount.types.ts'
import type { CacheInvalidation } from './lib/cacheInvalidation.ts'
import type { Clock } from './lib/clock.ts'
import type { Delivery } from './lib/delivery.ts'
import type { Instrumentation } from './lib/instrumentation.ts'
import type { Jobs } from './lib/jobs.ts'
import type { Logger } from './lib/logger.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import type { SocketEvents } from './lib/socketEvents.ts'
import type { Models } from './models/index.ts'

/**
 * The dependencies that every feature gets from the app. It has at most ten names: a feature that needs another feature is given that
 * feature's interface.
 */
export interface Core {
  config: Config
  models: Models
  /** Sends events to the connections of users. */
  delivery: Delivery
  jobs: Jobs
  clock: Clock
  logger: Logger
  createRateLimit: CreateRateLimit
  /** Publishes what happens, for metrics and tracing. */
  instrumentation: Instrumentation
  /** Tells the other nodes that their copy of a thing in memory is old. */
  cacheInvalidation: CacheInvalidation
  /** Refuses requests without a valid token, and sets the actor of the others. */
  authenticate: RequestHandler
}

/** The parts that every feature gives to the app. */
export interface Feature {
  /** Its routes below `/api`. */
  mounts?: readonly Mount[]
  /** Its routes below `/api/admin`, which are for admins only and are kept in the audit log. */
  adminMounts?: readonly Mount[]
  /** Its socket events. */
  events?: readonly SocketEvents[]
  /** Begins the work that the feature does by itself. The app calls it before the server listens. */
  start?(): Promise<void>
  /** Ends the work of the feature. The app calls it after the last request. */
  close?(): Promise<void> | void
}
