import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
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
import { currentRequest } from '../lib/requestContext.ts'
import type { Tracing } from './tracing.types.ts'

export interface TracingPlace {
  /** Of the collector; spans go to `/v1/traces` below it. */
  endpoint: string
  headers: Record<string, string>
  serviceName: string
  /** Of the traces that begin here, from 0 to 1; others follow who began them. */
  ratio: number
}

const CLOSE_MS = 2000
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/**
 * Traces by OpenTelemetry. Spans are made at the few places that all work goes through, since its automatic instrumentation replaces
 * CommonJS modules and these are none. What a request does finds its span by `currentRequest`.
 */
export function openTracing({ endpoint, headers, serviceName, ratio }: TracingPlace): Tracing {
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
    begin(name, kind, attributes = {}, parent = currentRequest() ?? {}) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent.traceparent))
      const { traceId, spanId, traceFlags } = span.spanContext()
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        name: (name, attributes) => void span.updateName(name).setAttributes(attributes),
        end: () => span.end(),
        fail(error) {
          // A refusal is an answer like any other.
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
      // Whoever does not take them must not hold up the end.
      await Promise.race([provider.shutdown().catch(() => {}), pause(CLOSE_MS, undefined, { ref: false })])
    },
  }
}

/** What is no traceparent begins a trace of its own, as the specification wants it. */
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
