import { loadJwtSecret } from './accounts/index.ts'
import { openCluster, type Cluster } from './cluster/index.ts'
import type { Config } from './config.ts'
import { openDatabase, type Database } from './database/database.connection.ts'
import { StartupError } from './lib/errors.ts'
import { createInstrumentation, type Instrumentation } from './lib/instrumentation.ts'
import type { Logger } from './lib/logger.ts'
import { openMetrics, type MetricsEndpoint } from './metrics/index.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { migrate } from './migrations/migration.runner.ts'
import { keepOrderClock } from './database/orderClock.store.ts'
import { refuseUnfinished } from './database/unfinished.guard.ts'
import { openTracing } from './tracing/index.ts'

/** The open parts that the app is built on. A part that cannot be opened stops the start. */
export interface Resources {
  /** Signs access tokens and the addresses of files. */
  secret: string
  instrumentation: Instrumentation
  /** Undefined: nothing is measured. */
  metrics: MetricsEndpoint | undefined
  database: Database
  /** Undefined: this is the only node. */
  cluster: Cluster | undefined
  /** Adds the id of this node to each line when there are several nodes. */
  logger: Logger
  /** Closes the parts, the last one first. */
  close(): Promise<void>
}

/** Opens the secret, metrics, tracing, the database and the cluster, and migrates the database. @throws StartupError */
export async function openResources(config: Config, logger: Logger): Promise<Resources> {
  const { mongoUri, dataDir, environment } = config
  // Before the secret, which the restore brings.
  if (mongoUri === undefined) await refuseUnfinished(dataDir)
  const secret = await explained(loadJwtSecret(config), `keep its secret in ${dataDir}`)
  const instrumentation = createInstrumentation()
  const metrics = await openMetrics(config, instrumentation)
  const tracing = await openTracing(config, instrumentation)
  const onCommand = (command: string, collection: string) =>
    instrumentation.databaseCommand.begin({ startedAt: performance.now(), command, collection })
  const explain = environment === 'development'
  const observed = (metrics ?? tracing) && { onCommand }
  const database = await explained(
    openDatabase({ mongoUri, dataDir, logger, explain, ...observed }),
    'open its database',
  )
  const closers = [async () => instrumentation.close(), async () => tracing?.close(), () => database.close()]
  const close = async () => {
    for (const closer of closers.toReversed()) await closer()
  }
  try {
    await migrate(database.connection, logger, MIGRATIONS, database.capabilities.isShared)
    closers.push(await keepOrderClock(database.connection, logger, database.capabilities.isShared))
    const cluster = await explained(openCluster(config, logger, instrumentation), 'reach Redis (REDIS_URL)')
    if (cluster) closers.push(() => cluster.close())
    const nodeLogger = cluster ? logger.child({ node: cluster.bus.nodeId }) : logger
    return { secret, instrumentation, metrics, database, cluster, logger: nodeLogger, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Turns a failure into a sentence for the operator. The stack would hide it. @throws StartupError */
async function explained<T>(work: Promise<T>, task: string): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartupError(`Parley cannot ${task}: ${reason}`, { cause })
  }
}
