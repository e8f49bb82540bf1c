import { statfs } from 'node:fs/promises'
import type { Cluster } from './cluster/index.ts'
import type { Config } from './config.ts'
import type { MessageController } from './messages/message.controller.ts'
import type { SyncController } from './messages/sync.controller.ts'
import type { CommandWatch } from './database/metrics.ts'
import type { Database } from './database/connect.ts'
import { AppError } from './lib/errors.ts'
import { createHealth, type Part } from './lib/health.ts'
import type { Meter, SendOutcome } from './lib/latencyWindow.ts'
import { currentRequest, inRequest, type Follow } from './lib/requestContext.ts'
import type { CreateRateLimit } from './lib/rateLimit.ts'
import type { Tracing } from './tracing/tracing.types.ts'
import { UNWATCHED, type Watch } from './lib/instrumentation.ts'
import type { Figures, Metrics } from './metrics/index.ts'
import { canServe } from './migrations/migration.runner.ts'
import { watchRequests } from './http/middleware/instrumentation.middleware.ts'

export type Observation = Awaited<ReturnType<typeof assembleObservation>>

/** What is loaded to measure and to trace, where that is configured: part of app.ts. Elsewhere nothing of it is there. */
export async function assembleObservation({ metricsToken, tracing: place, trustProxy, dataDir, redis }: Config) {
  const metrics = metricsToken === undefined ? undefined : (await import('./metrics/index.ts')).createMetrics()
  const tracing = place && (await import('./tracing/index.ts')).openTracing(place)
  // A node that is alone has nobody to tell whose request it works on; its log has the ids where they are known without that.
  const isFollowed = redis !== undefined || tracing !== undefined
  const follow: Follow = isFollowed ? inRequest : (_context, work) => work()
  const isWatched = isFollowed || metrics !== undefined
  const watches = [...(metrics ? [metrics.command] : []), ...(tracing ? [commandSpans(tracing)] : [])]

  return {
    metrics,
    /** Around every request. */
    requests: isWatched
      ? [watchRequests({ tracing, ended: metrics?.request, isProxyTrusted: trustProxy > 0, follow })]
      : [],
    watch: isWatched ? watchWork(metrics, tracing, follow) : UNWATCHED,
    /** Of the database; undefined: nobody wants to know. */
    onCommand: watches.length === 0 ? undefined : together(watches),
    uploaded: (bytes: number) => metrics?.uploaded(bytes),
    limited: (create: CreateRateLimit): CreateRateLimit => metrics?.limited(create) ?? create,
    /** Counts what becomes of messages, for the admins' overview too. */
    sent: (meter: Pick<Meter, 'add'>) => (outcome: SendOutcome) => {
      if (outcome.result === 'kept') meter.add(outcome.ms)
      metrics?.sent(outcome)
    },
    /** The same two, counted. */
    counted: (actions: Counted): Counted => (metrics ? countedBy(metrics, actions) : actions),
    /** @param others what this node uses besides its database and Redis */
    health: (database: Database, cluster: Cluster | undefined, others: readonly Part[] = []) =>
      createHealth([...partsOf(database, cluster), ...others]),
    /** Says what there is to be read at each scrape. */
    figures(figures: Omit<Figures, 'freeBytes'>): void {
      metrics?.read({ ...figures, freeBytes: async () => statfs(dataDir).then(({ bavail, bsize }) => bavail * bsize) })
    },
    close: async () => tracing?.close(),
  }
}

interface Counted {
  messages: MessageController
  sync: SyncController
}

function partsOf({ connection }: Database, cluster: Cluster | undefined): Part[] {
  return [
    // A read of one document, since the embedded engine answers a ping without touching its file.
    {
      name: 'database',
      isNeeded: true,
      isUp: async () => (await connection.collection('versions').findOne({})) !== null,
    },
    { name: 'schema', isNeeded: true, isUp: () => canServe(connection) },
    ...(cluster ? [{ name: 'redis', isNeeded: false, isUp: () => cluster.bus.isConnected() }] : []),
  ]
}

function watchWork(metrics: Metrics | undefined, tracing: Tracing | undefined, follow: Follow): Watch {
  return {
    delivered: metrics?.delivered,
    async event(name, context, work) {
      const begunAt = performance.now()
      const span = tracing?.begin(`event ${name}`, 'server', { 'parley.request.id': context.requestId })
      const tell = (result: string) => metrics?.event(name, result, performance.now() - begunAt)
      try {
        const done = await follow({ ...context, traceparent: span?.traceparent }, work)
        tell('ok')
        span?.end()
        return done
      } catch (error) {
        tell(error instanceof AppError ? 'refused' : 'failed')
        span?.fail(error)
        throw error
      }
    },
    heard(name, context, work) {
      const span = tracing?.begin(`heard ${name}`, 'internal', { 'parley.request.id': context.requestId }, context)
      follow(span ? { ...context, traceparent: span.traceparent } : context, work)
      span?.end()
    },
  }
}

/** Of what requests cause: what the server asks by itself, such as once a second for its health, would only bury them. */
function commandSpans(tracing: Tracing): CommandWatch {
  return (command, on) => {
    if (currentRequest()?.traceparent === undefined) return ignore
    const span = tracing.begin(on === '' ? command : `${command} ${on}`, 'client', {
      'db.operation.name': command,
      'db.collection.name': on,
    })
    return (error) => (error === undefined ? span.end() : span.fail(error))
  }
}

const ignore = (): void => {}

function together(watches: CommandWatch[]): CommandWatch {
  return (command, on) => {
    const ends = watches.map((watch) => watch(command, on))
    return (error) => ends.forEach((end) => end(error))
  }
}

function countedBy(metrics: Metrics, { messages, sync }: Counted): Counted {
  return {
    messages: {
      ...messages,
      async send(actor, input) {
        try {
          return await messages.send(actor, input)
        } catch (error) {
          metrics.sent({ kind: 'unknown', result: error instanceof AppError ? 'refused' : 'failed', ms: 0 })
          throw error
        }
      },
    },
    sync: {
      ...sync,
      sync(actor, input) {
        metrics.synced()
        return sync.sync(actor, input)
      },
    },
  }
}
