import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import { AppError } from '../lib/errors.ts'
import type { Instrumentation, Trace } from '../lib/instrumentation.ts'
import type { MetricsSources } from './metrics.sources.ts'
import { createServerGauges } from './server.gauges.ts'

/** Histogram buckets in seconds, for work that a user waits for. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/**
 * The server's metrics in Prometheus' text format. No label may hold a value that a client can choose: each value is a
 * time series.
 */
export interface Metrics {
  contentType: string
  text(): Promise<string>
  /** Sets the sources that each scrape reads. */
  read(sources: MetricsSources): void
  /** Counts and times what the server publishes from now on. */
  subscribe(instrumentation: Instrumentation): void
}

/** Creates the metrics of one server, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram({ name: `parley_${name}`, help, labelNames, buckets: LATENCY_BUCKETS, registers })
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `parley_${name}`, help, labelNames, registers })

  const requests = histogram('http_request_seconds', 'Time until a request was answered.', [
    'route',
    'method',
    'status',
  ])
  const events = histogram('socket_event_seconds', 'Time until a socket event was handled.', ['event', 'result'])
  const sends = histogram(
    'message_acknowledgement_seconds',
    'Time from the arrival of a message until it was kept and delivered on this node, by REST and sockets.',
    [],
  )
  const messages = counter('messages_total', 'Messages that users sent.', ['kind', 'result'])
  const deliveries = counter('deliveries_total', 'Events sent to connections of this node.', ['event'])
  const syncs = counter('syncs_total', 'Syncs after a connection or a gap.', [])
  const uploads = counter('upload_bytes_total', 'Bytes of the uploads that were kept.', [])
  const refusals = counter('rate_limit_refusals_total', 'Attempts that a rate limit refused.', ['limit'])
  const commands = histogram('database_command_seconds', 'Time until the database answered a command.', [
    'command',
    'result',
  ])
  const updateGauges = createServerGauges(registry)
  let sources: MetricsSources | undefined

  return {
    contentType: registry.contentType,
    async text() {
      if (sources) await updateGauges(sources)
      return registry.metrics()
    },
    read(given) {
      sources = given
    },
    subscribe(instrumentation) {
      instrumentation.request.subscribe({
        end(trace) {
          const { route, method, statusCode, isAborted } = trace
          const status = isAborted ? 'aborted' : `${Math.floor(statusCode / 100)}xx`
          requests.observe({ route, method, status }, secondsOf(trace))
        },
      })
      instrumentation.socketEvent.subscribe({
        end(trace) {
          const { event, error } = trace
          const result = error === undefined ? 'ok' : error instanceof AppError ? 'refused' : 'failed'
          events.observe({ event, result }, secondsOf(trace))
        },
      })
      instrumentation.databaseCommand.subscribe({
        end(trace) {
          const { command, error } = trace
          commands.observe({ command, result: error === undefined ? 'ok' : 'failed' }, secondsOf(trace))
        },
      })
      instrumentation.messageSent.subscribe(({ kind, result, ms }) => {
        messages.inc({ kind, result })
        if (result === 'kept') sends.observe(ms / 1000)
      })
      instrumentation.eventDelivered.subscribe(({ event, connections }) => deliveries.inc({ event }, connections))
      instrumentation.syncRequested.subscribe(() => syncs.inc())
      instrumentation.uploadFinished.subscribe(({ bytes }) => uploads.inc(bytes))
      // Zero from the start, so that the first refusal shows as a rise.
      instrumentation.rateLimitCreated.subscribe(({ limit }) => refusals.inc({ limit }, 0))
      instrumentation.rateLimitExceeded.subscribe(({ limit }) => refusals.inc({ limit }))
    },
  }
}

const secondsOf = ({ startedAt }: Trace): number => (performance.now() - startedAt) / 1000
