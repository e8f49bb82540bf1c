import type { Config } from '../config.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'

export interface Tracing {
  /** Sends the spans that were not sent yet. */
  close(): Promise<void>
}

/** Starts to trace where OTEL_EXPORTER_OTLP_ENDPOINT is set. OpenTelemetry is loaded only then. */
export async function openTracing(
  { tracing }: Pick<Config, 'tracing'>,
  instrumentation: Instrumentation,
): Promise<Tracing | undefined> {
  if (!tracing) return undefined
  const { createTracer } = await import('./otlp.tracer.ts')
  const { publishSpans } = await import('./span.subscribers.ts')
  const tracer = createTracer(tracing)
  publishSpans(instrumentation, tracer)
  instrumentation.followRequests()
  return tracer
}
