import { AsyncLocalStorage } from 'node:async_hooks'

/** On whose behalf something is done, on this node or another. */
export interface RequestContext {
  requestId: string
  /** W3C Trace Context (https://www.w3.org/TR/trace-context/) of the span that it is done in; undefined: it is not traced. */
  traceparent?: string | undefined
}

/** `inRequest`, or what does without. */
export type Follow = <T>(context: RequestContext, work: () => T) => T

const contexts = new AsyncLocalStorage<RequestContext>()

/**
 * Does the work so that `currentRequest` tells, in all that follows from it, whose it is. From the first call on, every promise of the
 * process costs more (on Node 20 a tenth of the processor time of a message): it is called only where somebody asks.
 */
export function inRequest<T>(context: RequestContext, work: () => T): T {
  return contexts.run(context, work)
}

export function currentRequest(): RequestContext | undefined {
  return contexts.getStore()
}

/** What a line of the log says of a request. */
export function logged(context: RequestContext | undefined): { requestId?: string; traceId?: string } {
  if (!context) return {}
  const traceId = context.traceparent?.split('-')[1]
  return { requestId: context.requestId, ...(traceId !== undefined && { traceId }) }
}
