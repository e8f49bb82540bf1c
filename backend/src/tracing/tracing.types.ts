import type { RequestContext } from '../lib/requestContext.ts'

export interface SpanAttributes {
  [name: string]: string | number | boolean
}

/** A span that has begun (https://opentelemetry.io/docs/concepts/signals/traces/). Ended once, by one of the two. */
export interface OpenSpan {
  traceparent: string
  /** For what is known only at the end, such as the route of a request. */
  name(name: string, attributes: SpanAttributes): void
  end(): void
  fail(error: unknown): void
}

/** Spans of what is done here. tracing/ implements it with OpenTelemetry, where that is configured. */
export interface Tracing {
  /** `server`: somebody waits for it. `client`: another program does it. `internal`: neither. */
  begin(
    name: string,
    kind: 'server' | 'client' | 'internal',
    attributes?: SpanAttributes,
    parent?: Pick<RequestContext, 'traceparent'>,
  ): OpenSpan
  /** Sends what was not sent yet. */
  close(): Promise<void>
}
