import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'
import { assembleAdministration } from './assembleAdministration.ts'
import { assembleBroadcasts } from './assembleBroadcasts.ts'
import { assembleGroups } from './assembleGroups.ts'
import { assembleMedia, openMedia } from './assembleMedia.ts'
import { openCluster, type Cluster } from './cluster/index.ts'
import type { Config } from './config.ts'
import { createAuthController } from './accounts/auth.controller.ts'
import { createBlockController } from './contacts/block.controller.ts'
import { createConversationController } from './conversations/conversation.controller.ts'
import { createContactController } from './contacts/contact.controller.ts'
import { createMessageController } from './messages/message.controller.ts'
import { createMessageChangeController } from './messages/messageChange.controller.ts'
import { createModerationService } from './moderation/moderation.service.ts'
import { createMarkAnnouncementsRead } from './broadcasts/markAnnouncementsRead.service.ts'
import { createReceiptController } from './messages/receipt.controller.ts'
import { createSignupPolicy } from './accounts/signupPolicy.service.ts'
import { createReportController } from './reports/report.controller.ts'
import { createSyncController } from './messages/sync.controller.ts'
import { createTypingController } from './messages/typing.controller.ts'
import { createPeopleSearchController } from './accounts/peopleSearch.controller.ts'
import { openDatabase, type Database } from './database/database.connection.ts'
import { openJobs } from './jobs/index.ts'
import { authenticator } from './lib/access.ts'
import { systemClock } from './lib/clock.ts'
import type { RunCommand } from './lib/commandPipe.ts'
import { StartupError } from './lib/errors.ts'
import type { Logger } from './lib/logger.ts'
import { createInstrumentation, type Instrumentation } from './lib/instrumentation.ts'
import { ALONE } from './lib/cacheInvalidation.ts'
import { createPasswordPool } from './lib/passwords/pool.ts'
import { memoryRateLimits } from './lib/rateLimit.ts'
import { loadJwtSecret } from './accounts/jwtSecret.store.ts'
import { accessTokens } from './lib/tokens.ts'
import { drain } from './http/drain.service.ts'
import { createTurns } from './lib/keyedMutex.ts'
import { unusedConnections } from './http/idleConnection.closer.ts'
import { authenticate } from './http/middleware/authenticate.middleware.ts'
import { errorHandler } from './http/middleware/error.middleware.ts'
import { notFound } from './http/middleware/notFound.middleware.ts'
import { page, pageVersion } from './http/middleware/page.middleware.ts'
import { requestLog } from './http/middleware/requestLog.middleware.ts'
import { isOriginAllowed } from './http/middleware/sameOrigin.middleware.ts'
import { securityHeaders } from './http/middleware/securityHeaders.middleware.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { migrate } from './migrations/migration.runner.ts'
import { createBlockRepository } from './contacts/block.repository.ts'
import { createModels } from './models/index.ts'
import { groupIdsOf } from './conversations/groupMember.repository.ts'
import { createMessageLog } from './messageLog/messageLog.service.ts'
import { createProfileController } from './accounts/profile.controller.ts'
import { createSessionRepository } from './accounts/session.repository.ts'
import { createSessionService } from './accounts/session.service.ts'
import { createSettingService } from './settings/setting.service.ts'
import { sharedTurns } from './cluster/distributedLock.service.ts'
import { recordLastSeen } from './accounts/user.repository.ts'
import { apiRoutes } from './http/api.routes.ts'
import { authRoutes } from './accounts/auth.routes.ts'
import { userRoutes } from './accounts/user.routes.ts'
import { blockRoutes, contactRoutes } from './contacts/contact.routes.ts'
import { chatRoutes } from './conversations/conversation.routes.ts'
import { groupRoutes, inviteRoutes } from './groups/group.routes.ts'
import { messageRoutes } from './messages/message.routes.ts'
import { syncRoutes } from './messages/sync.routes.ts'
import { reportRoutes } from './reports/report.routes.ts'
import { listen } from './http/server.listener.ts'
import { addHealthRoutes } from './http/health.routes.ts'
import { createServerHealth } from './http/health.service.ts'
import { traceRequests } from './http/middleware/instrumentation.middleware.ts'
import { openMetrics, type MetricsEndpoint } from './metrics/index.ts'
import { openTracing, type Tracing } from './tracing/index.ts'
import { createSocketServer } from './socket/index.ts'

const PAGE = fileURLToPath(new URL('../../frontend/dist', import.meta.url))
/** Each may begin a conversation, which is kept. */
const OPENS_PER_MINUTE = 60
/** A page syncs at each connection and after each gap. */
const SYNCS_PER_MINUTE = 240
/** Of contacts and blocks: each is told to somebody. */
const CHANGES_PER_MINUTE = 120
/** Admins read them one by one. */
const REPORTS_PER_HOUR = 20
const SESSIONS_SWEPT_MS = 3600_000
/**
 * Longer than a proxy keeps a connection that it does not use (nginx and Amazon's load balancers: 60 seconds). Closed first from here, it may
 * be closed in the moment in which the proxy sends a request on it, which is answered with 502 then.
 */
const PROXY_KEEPS_MS = 75_000

export interface App {
  express: Express
  /** Resolves to the port, which differs from the configured one when that is 0. */
  listen(): Promise<number>
  /** Runs what the command line asks for, also before `listen`. @throws AppError */
  command: RunCommand
  /**
   * One node of several, before `close`: says that it is not ready, goes on for a while, and then has its connections go to others, bit by
   * bit. A node that is alone has nothing to wait for.
   */
  drain(): Promise<void>
  /** Lets nobody in any more, finishes what was begun, and closes the database. */
  close(): Promise<void>
  /** Resolves, to the reason, when nothing can be kept any more until the server is started again. */
  lost: Promise<Error> | undefined
}

/** The whole server, put together: the only place that knows every part. */
export async function createApp(config: Config, logger: Logger): Promise<App> {
  const { mongoUri, dataDir, environment } = config
  const secret = await explained(loadJwtSecret(config), `keep its secret in ${dataDir}`)
  const instrumentation = createInstrumentation()
  const metrics = await openMetrics(config, instrumentation)
  const tracing = await openTracing(config, instrumentation)
  const observation = { instrumentation, metrics, tracing }
  const onCommand = (command: string, collection: string) =>
    instrumentation.databaseCommand.begin({ startedAt: performance.now(), command, collection })
  const database = await explained(
    openDatabase({
      mongoUri,
      dataDir,
      logger,
      explain: environment === 'development',
      ...((metrics ?? tracing) && { onCommand }),
    }),
    'open its database',
  )
  let cluster: Cluster | undefined
  try {
    await migrate(database.connection, logger, MIGRATIONS, database.capabilities.isShared)
    cluster = await explained(openCluster(config, logger, instrumentation), 'reach Redis (REDIS_URL)')
    return await assemble(config, logger, secret, database, observation, cluster)
  } catch (error) {
    await cluster?.close()
    await database.close()
    await tracing?.close()
    instrumentation.close()
    throw error
  }
}

interface Observation {
  instrumentation: Instrumentation
  metrics: MetricsEndpoint | undefined
  tracing: Tracing | undefined
}

async function assemble(
  config: Config,
  given: Logger,
  secret: string,
  database: Database,
  { instrumentation, metrics, tracing }: Observation,
  cluster: Cluster | undefined,
): Promise<App> {
  const logger = cluster ? given.child({ node: cluster.bus.nodeId }) : given
  const { connection, capabilities } = database
  const models = await createModels(connection)
  const media = await openMedia(config, models, logger)
  const log = createMessageLog(models, logger, cluster !== undefined)
  await log.repair()

  const web = express()
  const http = createServer(web)
  if (config.trustProxy > 0) http.keepAliveTimeout = PROXY_KEEPS_MS
  const closeUnused = unusedConnections(http)
  const { nodes, createRateLimit } = cluster ?? { nodes: ALONE, createRateLimit: memoryRateLimits(instrumentation) }
  const turns = cluster ? sharedTurns(models.Lock) : createTurns()
  const jobs = await openJobs({
    Job: models.Job,
    isAlone: !capabilities.isShared,
    rabbit: config.rabbit,
    clock: systemClock,
    logger,
  })
  const queue = config.rabbit ? jobs : undefined
  const health = createServerHealth({ connection, bus: cluster?.bus, queue })
  const options = { ...config, isShared: capabilities.isShared }
  const sockets = createSocketServer(http, options, isOriginAllowed, logger, instrumentation, cluster?.bus)
  const { delivery } = sockets

  const tokens = accessTokens(secret, config.accessTokenSeconds)
  const passwords = createPasswordPool({ cost: config.bcryptCost })
  const sessions = createSessionRepository(models)
  jobs.repeat('sweepSessions', { everyMs: SESSIONS_SWEPT_MS, atStart: true }, sessions.removeExpired)
  const authenticateToken = authenticator(tokens, sessions.findActive)

  const settings = await createSettingService(models, nodes, logger)
  const moderation = await createModerationService(models, settings, nodes, logger)
  const signupPolicy = createSignupPolicy(models, settings)
  const blockRepository = createBlockRepository(models)
  const sendLimit = createRateLimit({ name: 'messages', points: config.messagesPerMinute, seconds: 60 })
  const openLimit = createRateLimit({ name: 'conversations opened', points: OPENS_PER_MINUTE, seconds: 60 })
  const chats = createConversationController({ models, log, openLimit })
  const messages = createMessageController({
    models,
    log,
    delivery,
    sendLimit,
    blockRepository,
    attachments: media.attachments,
    moderation,
    instrumentation,
  })
  const changes = createMessageChangeController({
    models,
    log,
    delivery,
    sendLimit,
    blockRepository,
    attachments: media.attachments,
    moderation,
  })
  const signedIn = authenticate(authenticateToken)
  const broadcasts = assembleBroadcasts({
    models,
    log,
    delivery,
    jobs,
    logger,
    attachments: media.attachments,
    signedIn,
    createRateLimit,
  })
  const receipts = createReceiptController({ models, log, delivery, blockRepository, updateLedger: broadcasts.follow })
  const syncLimit = createRateLimit({ name: 'syncs', points: SYNCS_PER_MINUTE, seconds: 60 })
  const sync = createSyncController({ models, log, receipts, syncLimit, instrumentation })
  const typing = createTypingController({ models, delivery, blockRepository })
  const users = createPeopleSearchController({ users: models.User, createRateLimit })
  const markAnnouncementsRead = createMarkAnnouncementsRead(models, log)
  const profile = createProfileController({ users: models.User, delivery, createRateLimit })
  const auth = createAuthController({
    users: models.User,
    sessions: createSessionService({ sessions, delivery, seconds: config.sessionSeconds }),
    passwords,
    tokens,
    createRateLimit,
    config,
    signupPolicy,
    welcome: markAnnouncementsRead,
  })

  const groupDeps = { models, log, delivery, media, createRateLimit, turns }
  const { groupService, endedGroups, ...groups } = assembleGroups(groupDeps)
  const peopleLimit = createRateLimit({ name: 'changes of contacts', points: CHANGES_PER_MINUTE, seconds: 60 })
  const contacts = createContactController({ models, delivery, changeLimit: peopleLimit })
  const blocks = createBlockController({ models, log, delivery, changeLimit: peopleLimit })
  const reports = createReportController({
    models,
    reportLimit: createRateLimit({ name: 'reports', points: REPORTS_PER_HOUR, seconds: 3600 }),
  })

  const administration = await assembleAdministration({
    config,
    models,
    log,
    delivery,
    jobs,
    logger,
    settings,
    moderation,
    media,
    groupService,
    endedGroups,
    passwords,
    instrumentation,
    broadcasts,
    counts: sockets.counts,
    storage: database.metrics,
    markAnnouncementsRead,
    createRateLimit,
    capabilities,
    turns,
    signedIn,
  })
  const content = await assembleMedia({
    config,
    jobs,
    secret,
    models,
    delivery,
    groupService,
    groups: groups.groups,
    media,
    endedGroups,
    signedIn,
    createRateLimit,
    instrumentation,
  })
  web.disable('x-powered-by')
  web.set('trust proxy', config.trustProxy)
  addHealthRoutes(web, health)
  const isProxyTrusted = config.trustProxy > 0
  web.use(
    requestLog(logger, isProxyTrusted),
    traceRequests(instrumentation, isProxyTrusted),
    securityHeaders(config, media.origins),
  )
  const mounts = [
    ...content.mounts,
    {
      path: '/auth',
      router: authRoutes(
        { auth, profile, registration: signupPolicy.info, reset: administration.reset },
        signedIn,
        config,
      ),
    },
    { path: '/users', router: userRoutes(users, signedIn) },
    { path: '/chats', router: chatRoutes(chats, signedIn) },
    { path: '/messages', router: messageRoutes({ messages, changes, receipts }, signedIn) },
    { path: '/groups', router: groupRoutes(groups, signedIn) },
    { path: '/invites', router: inviteRoutes(groups.invites, signedIn) },
    { path: '/contacts', router: contactRoutes(contacts, signedIn) },
    { path: '/blocks', router: blockRoutes(blocks, signedIn) },
    { path: '/reports', router: reportRoutes(reports, signedIn) },
    { path: '/sync', router: syncRoutes(sync, signedIn) },
    { path: '/broadcasts', router: broadcasts.recipients },
    { path: '/admin', router: administration.router },
  ]
  web.use('/api', apiRoutes(mounts, config))
  if (metrics) {
    const { counts: connections } = sockets
    web.use('/metrics', metrics.routes({ connections, health, storage: database.metrics, bus: cluster?.bus, jobs }))
  }
  web.use(page(PAGE))
  web.use(notFound, errorHandler)

  sockets.accept({
    actions: { messages, changes, receipts, sync, typing },
    authenticate: authenticateToken,
    findSession: sessions.findActive,
    groupsOf: (userId) => groupIdsOf(models, userId),
    seen: (userIds, at) => recordLastSeen(models.User, logger, userIds, at),
    heard: ({ conversationId, ...end }) => log.noteEnd(conversationId, end),
    mend: log.repair,
    maintenance: () => settings.get('maintenance'),
    hello: { pageVersion: await pageVersion(PAGE) },
  })

  return {
    express: web,
    lost: database.lost,
    command: administration.command,
    async listen() {
      await administration.start()
      await jobs.start()
      return listen(http, config)
    },
    drain: () => drain(config, health, sockets),
    async close() {
      health.drain()
      closeUnused()
      // Closes the HTTP server too; requests that were begun are answered first.
      await sockets.close()
      await jobs.close()
      broadcasts.close()
      await administration.close()
      await passwords.close()
      settings.close()
      await moderation.close()
      await log.settled()
      content.close()
      await cluster?.close()
      await database.close()
      await tracing?.close()
      instrumentation.close()
    },
  }
}

/** Each has a message for the one who starts the server; the stack would only bury it. */
async function explained<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new StartupError(`Parley cannot ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}
