import type { Instrumentation, Trace } from '../lib/instrumentation.ts'
import { currentRequest } from '../lib/requestContext.ts'
import type { OpenSpan, Tracer } from './otlp.tracer.ts'

/**
 * Makes a span of each request, socket event, bus delivery and database command. OpenTelemetry's automatic
 * instrumentation cannot: it replaces CommonJS modules, and these are ES modules.
 */
export function publishSpans(instrumentation: Instrumentation, tracer: Tracer): void {
  const spans = new WeakMap<Trace, OpenSpan>()

  function end(trace: Trace): void {
    const span = spans.get(trace)
    if (trace.error === undefined) span?.end()
    else span?.fail(trace.error)
  }

  instrumentation.request.subscribe({
    start(trace) {
      const { method, context, traceparent } = trace
      const attributes = { 'http.request.method': method, 'parley.request.id': context.requestId }
      const span = tracer.begin(method, 'server', attributes, traceparent)
      context.traceparent = span.traceparent
      spans.set(trace, span)
    },
    end(trace) {
      const { method, route, statusCode, error } = trace
      const span = spans.get(trace)
      span?.name(`${method} ${route}`, { 'http.route': route, 'http.response.status_code': statusCode })
      if (statusCode >= 500) span?.fail(error)
      else span?.end()
    },
  })
  instrumentation.socketEvent.subscribe({
    start(trace) {
      const { event, context } = trace
      const span = tracer.begin(`event ${event}`, 'server', { 'parley.request.id': context.requestId }, undefined)
      context.traceparent = span.traceparent
      spans.set(trace, span)
    },
    end,
  })
  instrumentation.busDelivery.subscribe({
    start(trace) {
      const { method, context } = trace
      const attributes = { 'parley.request.id': context.requestId }
      const span = tracer.begin(`heard ${method}`, 'internal', attributes, context.traceparent)
      context.traceparent = span.traceparent
      spans.set(trace, span)
    },
    end,
  })
  instrumentation.databaseCommand.subscribe({
    start(trace) {
      const { command, collection } = trace
      const parent = currentRequest()?.traceparent
      // Commands that no request caused, such as the health check of each second, would bury the others.
      if (parent === undefined) return
      const name = collection === '' ? command : `${command} ${collection}`
      const attributes = { 'db.operation.name': command, 'db.collection.name': collection }
      spans.set(trace, tracer.begin(name, 'client', attributes, parent))
    },
    end,
  })
}
