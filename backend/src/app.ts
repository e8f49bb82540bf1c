import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'
import { createAuthentication, createUserChangePublisher, loadInstanceId, recordLastSeen } from './accounts/index.ts'
import { createDistributedLock } from './cluster/distributedLock.service.ts'
import type { Config } from './config.ts'
import { createGroupFinder } from './conversations/index.ts'
import type { Core } from './core.ts'
import { createFeatures } from './features.ts'
import { drain } from './http/drain.service.ts'
import { createServerHealth } from './http/health.service.ts'
import { createHttpServer } from './http/http.server.ts'
import { pageVersion } from './http/middleware/page.middleware.ts'
import { isHostAllowed, isOriginAllowed, pageOf } from './http/middleware/sameOrigin.middleware.ts'
import { createOriginWarning } from './http/origin.warning.ts'
import { addRoutes } from './http/web.routes.ts'
import { openJobs } from './jobs/index.ts'
import { NO_CACHE_INVALIDATION } from './lib/cacheInvalidation.ts'
import { orderClock, systemClock } from './lib/clock.ts'
import type { RunCommand } from './lib/commandPipe.ts'
import { createKeyedMutex } from './lib/keyedMutex.ts'
import { orderOf } from './lib/orderClock.ts'
import { createUserGate } from './lib/limits/userGate.ts'
import type { Logger } from './lib/logger.ts'
import { memoryRateLimits } from './lib/rateLimit.ts'
import { openMedia } from './media/index.ts'
import { createMessageLog } from './messageLog/index.ts'
import { createModels } from './models/index.ts'
import { PARLEY_VERSION } from './operations/backup.manifest.ts'
import { openResources, type Resources } from './app.resources.ts'
import { createConnections, createSocketServer } from './socket/index.ts'

const PAGE = fileURLToPath(new URL('../../frontend/dist', import.meta.url))

export interface App {
  express: Express
  /** Resolves to the port, which differs from the configured one when that is 0, and is 0 on a Unix socket. */
  listen(): Promise<number>
  /** Returns the code that the first account needs; null when it needs none, or when there are accounts. */
  setupCode(): Promise<string | null>
  /** Runs a command of the command line, also before `listen`. @throws AppError */
  command: RunCommand
  /**
   * Hands the connections of this node over to the other nodes, before `close`: `/readyz` answers 503, the node serves
   * for `readyGraceSeconds`, and then closes its connections bit by bit. A node that is alone does not wait.
   */
  drain(): Promise<void>
  /** Refuses new requests, finishes the requests that have begun, and closes the database. */
  close(): Promise<void>
  /** Resolves to the reason when the server cannot write any more until it is started again. */
  lost: Promise<Error> | undefined
}

/** Builds the server. This is the only place that knows every part. @throws StartupError */
export async function createApp(config: Config, logger: Logger): Promise<App> {
  const resources = await openResources(config, logger)
  try {
    return await build(config, resources)
  } catch (error) {
    await resources.close()
    throw error
  }
}

async function build(config: Config, resources: Resources): Promise<App> {
  const { secret, database, instrumentation, metrics, cluster, logger } = resources
  const models = await createModels(database.connection)
  const media = await openMedia(config)
  const log = createMessageLog(models, logger, cluster !== undefined)
  await log.repair()

  const web = express()
  const warnOfOrigin = createOriginWarning(logger)
  const http = createHttpServer(web, config)
  const { connection, capabilities } = database
  const isAlone = !capabilities.isShared
  const jobs = await openJobs({
    Job: models.Job,
    isAlone,
    rabbit: config.rabbit,
    clock: orderClock,
    onClock: orderOf,
    logger,
  })
  const { bus, cacheInvalidation = NO_CACHE_INVALIDATION } = cluster ?? {}
  const health = createServerHealth({ config, connection, bus, queue: config.rabbit ? jobs : undefined })
  const rememberSeen = (userIds: string[], at: string) => recordLastSeen(models.User, logger, userIds, at)
  const connections = createConnections({
    http: http.server,
    config,
    isPageAllowed(headers, host) {
      if (!isHostAllowed(host, config.allowedHosts)) return false
      const isAllowed = isOriginAllowed(pageOf(headers, host), config.allowedOrigins)
      if (!isAllowed) warnOfOrigin(headers.origin ?? '', host ?? '')
      return isAllowed
    },
    logger,
    instrumentation,
    bus,
    rememberSeen,
    repairAfterLoss: log.repair,
  })
  const gate = createUserGate(config.costLimits)
  const authentication = createAuthentication(config, models, secret, gate, await loadInstanceId(models))
  const userChanges = createUserChangePublisher(models, connections.delivery, logger)
  const core: Core = {
    config,
    models,
    delivery: userChanges.delivery,
    jobs,
    clock: systemClock,
    logger,
    createRateLimit: cluster?.createRateLimit ?? memoryRateLimits(instrumentation),
    cacheInvalidation,
    authenticate: authentication.authenticate,
    instrumentation,
  }
  const features = await createFeatures(core, {
    authentication,
    capabilities,
    log,
    media,
    mutex: cluster ? createDistributedLock(models.Lock) : createKeyedMutex(),
    secret,
    warnOfOrigin,
    stats: { connections: connections.counts, storage: database.metrics },
    version: PARLEY_VERSION,
  })
  addRoutes(web, {
    config,
    health,
    logger,
    instrumentation,
    mediaOrigins: media.origins,
    api: features.api,
    metrics: metrics?.routes({
      connections: connections.counts,
      health,
      storage: database.metrics,
      bus,
      jobs,
    }),
    pageFolder: PAGE,
  })
  const sockets = createSocketServer(connections, {
    logger,
    instrumentation,
    bus,
    isShared: capabilities.isShared,
    gate,
    events: features.events,
    authenticate: authentication.authenticateToken,
    cookies: authentication.cookies,
    findSession: authentication.sessions.findActive,
    createRateLimit: core.createRateLimit,
    groupsOf: createGroupFinder(models),
    rememberSeen,
    onRemoteMessage: ({ conversationId, ...end }) => log.noteEnd(conversationId, end),
    maintenance: () => features.settings.get('maintenance'),
    hello: { pageVersion: await pageVersion(PAGE), accessSeconds: config.accessTokenSeconds },
  })

  return {
    express: web,
    lost: database.lost,
    setupCode: async () => ((await models.User.exists({})) === null ? authentication.setupCode : null),
    command: features.admin.runCommand,
    async listen() {
      await features.start()
      await jobs.start()
      return http.listen()
    },
    drain: () => drain(config, health, sockets),
    async close() {
      health.drain()
      http.closeIdle()
      // Closes the HTTP server too, and answers the requests that have begun first.
      await sockets.close()
      await jobs.close()
      await features.close()
      await log.settled()
      await userChanges.settled()
      media.close()
      await resources.close()
    },
  }
}
