import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Context } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { AppError } from '../lib/errors.ts'

export interface TracingConfig {
  /** Address of the collector; spans go to `/v1/traces` below it. */
  endpoint: string
  headers: Record<string, string>
  serviceName: string
  /**
   * Share of the traces that begin here and are sent, from 0 to 1. A trace that began elsewhere follows the decision
   * made there.
   */
  ratio: number
}

export interface SpanAttributes {
  [name: string]: string | number | boolean
}

/** A span that has begun (https://opentelemetry.io/docs/concepts/signals/traces/). It ends once, by `end` or `fail`. */
export interface OpenSpan {
  traceparent: string
  /** Renames the span, for values that are known only at its end, such as the route of a request. */
  name(name: string, attributes: SpanAttributes): void
  end(): void
  fail(error: unknown): void
}

export interface Tracer {
  /**
   * Begins a span.
   * @param kind `server`: a client waits for the work. `client`: another program does the work. `internal`: neither
   * @param parent the `traceparent` of the enclosing span; without one a new trace begins
   */
  begin(
    name: string,
    kind: 'server' | 'client' | 'internal',
    attributes: SpanAttributes,
    parent: string | undefined,
  ): OpenSpan
  /** Sends the spans that were not sent yet. */
  close(): Promise<void>
}

/** Limit for the last spans: a collector that takes nothing must not hold up the shutdown. */
const CLOSE_MS = 2000
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Sends spans to a collector by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export function createTracer({ endpoint, headers, serviceName, ratio }: TracingConfig): Tracer {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, headers })
  const own = resourceFromAttributes({
    'service.name': serviceName,
    'service.instance.id': `${hostname()}-${process.pid}`,
    'host.name': hostname(),
  })
  const provider = new TracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(own),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer('parley')

  return {
    begin(name, kind, attributes, parent) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent))
      const { traceId, spanId, traceFlags } = span.spanContext()
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        name: (name, attributes) => void span.updateName(name).setAttributes(attributes),
        end: () => span.end(),
        fail(error) {
          // A refusal is a regular answer, not a fault of the server.
          if (error instanceof AppError) span.setAttribute('error.type', error.code)
          if (!(error instanceof AppError) || error.status >= 500) {
            span.setStatus({ code: SpanStatusCode.ERROR })
            if (error instanceof Error) span.recordException(error)
          }
          span.end()
        },
      }
    },
    async close() {
      await Promise.race([provider.shutdown().catch(() => {}), sleep(CLOSE_MS, undefined, { ref: false })])
    },
  }
}

/** Returns the context of a `traceparent`. A malformed value begins a new trace, as the specification demands. */
function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
  })
}
