import type { Request, RequestHandler } from 'express'
import type { Follow } from '../../lib/requestContext.ts'
import type { OpenSpan, Tracing } from '../../tracing/tracing.types.ts'

/** Told of each request when it is over. @param status such as `2xx`, or `aborted` where the client went before the end of the answer */
export type RequestEnded = (route: string, method: string, status: string, ms: number) => void

/** Methods that have their own figures; a client can make up others without end. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

interface Options {
  tracing: Tracing | undefined
  ended: RequestEnded | undefined
  isProxyTrusted: boolean
  follow: Follow
}

/** Surrounds each request with what is to be known of it: whose it is, a span, the time that it took. */
export function watchRequests({ tracing, ended, isProxyTrusted, follow }: Options): RequestHandler {
  return (req, res, next) => {
    const begunAt = performance.now()
    const route = noteRoute(req)
    const method = METHODS.has(req.method) ? req.method : 'OTHER'
    const given = isProxyTrusted ? req.headers['traceparent'] : undefined
    const requestId = typeof req.id === 'string' ? req.id : ''
    const span = tracing?.begin(
      method,
      'server',
      { 'http.request.method': method, 'parley.request.id': requestId },
      { traceparent: typeof given === 'string' ? given : undefined },
    )
    res.once('close', () => {
      const pattern = route()
      ended?.(
        pattern,
        method,
        res.writableFinished ? `${Math.floor(res.statusCode / 100)}xx` : 'aborted',
        performance.now() - begunAt,
      )
      span?.name(`${method} ${pattern}`, { 'http.route': pattern, 'http.response.status_code': res.statusCode })
      endSpan(span, res.statusCode, res.err)
    })
    if (span) traceOf.set(req, span.traceparent)
    follow({ requestId, traceparent: span?.traceparent }, next)
  }
}

/** Undefined: it is not traced. */
export function traceparentOf(req: object): string | undefined {
  return traceOf.get(req)
}

const traceOf = new WeakMap<object, string>()

function endSpan(span: OpenSpan | undefined, statusCode: number, error: Error | undefined): void {
  if (statusCode >= 500) span?.fail(error)
  else span?.end()
}

/**
 * The pattern that led to the answer, such as `/api/users/:id`. Express tells it only while the route works: before the error handler
 * is reached, the router has already taken back where it was mounted. `none`: no route, such as a file of the page.
 */
function noteRoute(req: Request): () => string {
  let pattern = 'none'
  let route: unknown
  Object.defineProperty(req, 'route', {
    configurable: true,
    get: () => route,
    set(given: unknown) {
      route = given
      if (typeof given === 'object' && given !== null && 'path' in given && typeof given.path === 'string') {
        pattern = (req.baseUrl + given.path).replace(/(?<=.)\/$/, '')
      }
    },
  })
  return () => pattern
}
