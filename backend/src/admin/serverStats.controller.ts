import { LIMITS, type ServerSample, type ServerStats } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import { createLatencyWindow } from '../lib/latencyWindow.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { Models } from '../models/index.ts'

export interface ServerStatsControllerDeps {
  models: Pick<Models, 'User' | 'Report'>
  delivery: Delivery
  instrumentation: Pick<Instrumentation, 'messageSent'>
  connections: () => { users: number; connections: number }
  /** Undefined when MongoDB stores the data. */
  storage:
    (() => Promise<{ fileBytes: number; logBytes: number; waitingWrites: number; waitingReads: number }>) | undefined
  version: string
  logger: Logger
}

export interface ServerStatsController {
  get(): Promise<ServerStats>
  close(): void
}

const HISTORY_SECONDS = 3600

/**
 * Creates the figures of this process, now and in the last hour. They are in memory only, and each node has its own.
 */
export function createServerStatsController({
  models,
  delivery,
  instrumentation,
  connections,
  storage,
  version,
  logger,
}: ServerStatsControllerDeps): ServerStatsController {
  const sentMessages = createLatencyWindow()
  instrumentation.messageSent.subscribe(({ result, ms }) => {
    if (result === 'kept') sentMessages.add(ms)
  })
  const startedAt = new Date().toISOString()
  const history: ServerSample[] = []
  const timer = setInterval(
    () =>
      void addSample().catch((error: unknown) =>
        logger.warn({ err: error }, 'the figures of the server could not be read'),
      ),
    LIMITS.statsSeconds * 1000,
  ).unref()

  return {
    async get() {
      const [now, people, openReports] = await Promise.all([
        sample(),
        models.User.countDocuments({ state: { $in: ['active', 'disabled'] } }),
        models.Report.countDocuments({ state: 'open' }),
      ])
      return { version, startedAt, people, openReports, now, history }
    },
    close: () => clearInterval(timer),
  }

  async function addSample(): Promise<void> {
    const now = await sample()
    history.push(now)
    if (history.length > HISTORY_SECONDS / LIMITS.statsSeconds) history.shift()
    delivery.serverStats(now)
  }

  async function sample(): Promise<ServerSample> {
    const stored = await storage?.()
    const { users, connections: count } = connections()
    const { count: messagesPerMinute, p50, p99 } = sentMessages.lastMinute()
    return {
      at: new Date().toISOString(),
      peopleOnline: users,
      connections: count,
      messagesPerMinute,
      deliveryP50: p50,
      deliveryP99: p99,
      memoryBytes: process.memoryUsage.rss(),
      storageBytes: stored ? stored.fileBytes + stored.logBytes : null,
      queueDepth: stored ? stored.waitingWrites + stored.waitingReads : null,
    }
  }
}
