import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { CommandWatch } from '../database/metrics.ts'
import { AppError } from '../lib/errors.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import type { SendOutcome } from '../lib/latencyWindow.ts'
import type { Figures } from './metrics.sources.ts'
import { gauges } from './server.gauges.ts'

export type { Figures } from './metrics.sources.ts'

/** Of what somebody waits for; in seconds. */
const WAITING = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** The figures of the server in Prometheus' text form, and where they are told. No label may have what a client can choose. */
export interface Metrics {
  contentType: string
  text(): Promise<string>
  /** What is to be read at each scrape. */
  read(figures: Figures): void
  /** @param route the pattern, such as `/api/messages/:conversationId` */
  request(route: string, method: string, status: string, ms: number): void
  /** @param result `ok`, `refused` or `failed` */
  event(name: string, result: string, ms: number): void
  sent(outcome: SendOutcome): void
  delivered(event: string, connections: number): void
  synced(): void
  uploaded(bytes: number): void
  command: CommandWatch
  /** The same limit, whose refusals are counted. */
  limited(create: CreateRateLimit): CreateRateLimit
}

/** Loading this costs 11 MB of memory, so it is loaded only where somebody asks for metrics. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram({ name: `parley_${name}`, help, labelNames, buckets: WAITING, registers })
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `parley_${name}`, help, labelNames, registers })

  const requests = histogram('http_request_seconds', 'Time until a request was answered.', [
    'route',
    'method',
    'status',
  ])
  const events = histogram('socket_event_seconds', "Time until a connection's event was done.", ['event', 'result'])
  const sends = histogram(
    'message_acknowledgement_seconds',
    'Time from the arrival of a message until it was kept and delivered here, by REST and sockets.',
    [],
  )
  const messages = counter('messages_total', 'Messages that people sent.', ['kind', 'result'])
  const deliveries = counter('deliveries_total', 'Events told to connections of this node.', ['event'])
  const syncs = counter('syncs_total', 'Catching up after a connection or a gap.', [])
  const uploads = counter('upload_bytes_total', 'Bytes of what was uploaded and kept.', [])
  const refusals = counter('rate_limit_refusals_total', 'Attempts that were too many.', ['limit'])
  const commands = histogram('database_command_seconds', 'Time until the database answered a command.', [
    'command',
    'result',
  ])
  const show = gauges(registry)
  let figures: Figures | undefined

  return {
    contentType: registry.contentType,
    async text() {
      if (figures) await show(figures)
      return registry.metrics()
    },
    read(given) {
      figures = given
    },
    request: (route, method, status, ms) => requests.observe({ route, method, status }, ms / 1000),
    event: (event, result, ms) => events.observe({ event, result }, ms / 1000),
    sent({ kind, result, ms }) {
      messages.inc({ kind, result })
      if (result === 'kept') sends.observe(ms / 1000)
    },
    delivered: (event, connections) => deliveries.inc({ event }, connections),
    synced: () => syncs.inc(),
    uploaded: (bytes) => uploads.inc(bytes),
    command(command) {
      const begun = performance.now()
      return (error) =>
        commands.observe({ command, result: error === undefined ? 'ok' : 'failed' }, (performance.now() - begun) / 1000)
    },
    limited: (create) => (options) => {
      const { take, reset } = create(options)
      // Shown from the start, so that the first refusal is a rise.
      refusals.inc({ limit: options.name }, 0)
      return {
        reset,
        async take(key, points) {
          try {
            await take(key, points)
          } catch (error) {
            if (error instanceof AppError) refusals.inc({ limit: options.name })
            throw error
          }
        },
      }
    },
  }
}
