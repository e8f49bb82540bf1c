import { AsyncLocalStorage } from 'node:async_hooks'

/** The request or event that caused a piece of work, on this node or on another one. */
export interface RequestContext {
  requestId: string
  /**
   * W3C Trace Context (https://www.w3.org/TR/trace-context/) of the enclosing span; undefined when the work is not
   * traced.
   */
  traceparent?: string | undefined
}

/**
 * Holds the context of the running work. From its first use on, every promise of the process costs more (on Node 20 a
 * tenth of the processor time of a message), so `followRequests` of lib/instrumentation.ts fills it only where a reader
 * exists.
 */
export const requestContexts = new AsyncLocalStorage<RequestContext | undefined>()

/** Returns the request that the running code works for; undefined outside a request. */
export function currentRequest(): RequestContext | undefined {
  return requestContexts.getStore()
}

/** Returns the fields of a log line that name its request. */
export function requestLogFields(context: RequestContext | undefined): { requestId?: string; traceId?: string } {
  if (!context) return {}
  const traceId = context.traceparent?.split('-')[1]
  return { requestId: context.requestId, ...(traceId !== undefined && { traceId }) }
}
