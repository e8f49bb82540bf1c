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
  connections: () => { people: number; connections: number }
  /** Absent: another server keeps the data, and tells its own. */
  storage:
    (() => Promise<{ fileBytes: number; logBytes: number; waitingWrites: number; waitingReads: number }>) | undefined
  version: string
  logger: Logger
}

const HISTORY_SECONDS = 3600

/** How this process is doing, now and in the last hour; kept in memory only. Several nodes tell each of itself. */
export function createServerStatsController({
  models,
  delivery,
  instrumentation,
  connections,
  storage,
  version,
  logger,
}: ServerStatsControllerDeps) {
  const sentMessages = createLatencyWindow()
  instrumentation.messageSent.subscribe(({ result, ms }) => {
    if (result === 'kept') sentMessages.add(ms)
  })
  const startedAt = new Date().toISOString()
  const history: ServerSample[] = []
  const timer = setInterval(
    () =>
      void look().catch((error: unknown) => logger.warn({ err: error }, 'how the server is doing could not be seen')),
    LIMITS.statsSeconds * 1000,
  ).unref()

  return {
    async get(): Promise<ServerStats> {
      const [now, people, openReports] = await Promise.all([
        sample(),
        models.User.countDocuments({ state: { $in: ['active', 'disabled'] } }),
        models.Report.countDocuments({ state: 'open' }),
      ])
      return { version, startedAt, people, openReports, now, history }
    },
    close: () => clearInterval(timer),
  }

  async function look(): Promise<void> {
    const now = await sample()
    history.push(now)
    if (history.length > HISTORY_SECONDS / LIMITS.statsSeconds) history.shift()
    delivery.serverStats(now)
  }

  async function sample(): Promise<ServerSample> {
    const kept = await storage?.()
    const { people, connections: count } = connections()
    const { count: messagesPerMinute, p50, p99 } = sentMessages.lastMinute()
    return {
      at: new Date().toISOString(),
      peopleOnline: people,
      connections: count,
      messagesPerMinute,
      deliveryP50: p50,
      deliveryP99: p99,
      memoryBytes: process.memoryUsage.rss(),
      storageBytes: kept ? kept.fileBytes + kept.logBytes : null,
      queueDepth: kept ? kept.waitingWrites + kept.waitingReads : null,
    }
  }
}
