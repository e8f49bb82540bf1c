import type { Request, RequestHandler } from 'express'
import type { Instrumentation } from '../../lib/instrumentation.ts'
import type { RequestContext } from '../../lib/requestContext.ts'

/**
 * Methods with figures of their own. A client can invent other methods without end, and each would be a new time
 * series.
 */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Publishes each request on `parley:request`.
 * @param isProxyTrusted whether a `traceparent` header is the proxy's: without a proxy the client could choose its
 * trace
 */
export function traceRequests({ request }: Pick<Instrumentation, 'request'>, isProxyTrusted: boolean): RequestHandler {
  return (req, res, next) => {
    if (!request.hasSubscribers) {
      next()
      return
    }
    const routePattern = recordRoute(req)
    const traceparent = isProxyTrusted ? req.headers['traceparent'] : undefined
    const context: RequestContext = { requestId: typeof req.id === 'string' ? req.id : '' }
    const trace = {
      startedAt: performance.now(),
      context,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      method: METHODS.has(req.method) ? req.method : 'OTHER',
      route: '',
      statusCode: 0,
      isAborted: false,
    }
    contexts.set(req, context)
    void request.tracePromise(
      trace,
      () =>
        new Promise<void>((resolve) => {
          res.once('close', () => {
            const { statusCode, writableFinished, err: error } = res
            Object.assign(trace, { route: routePattern(), statusCode, isAborted: !writableFinished, error })
            resolve()
          })
          next()
        }),
    )
  }
}

/** Returns the context of a request that is traced. */
export function requestContextOf(req: object): RequestContext | undefined {
  return contexts.get(req)
}

const contexts = new WeakMap<object, RequestContext>()

/**
 * Returns a function that returns the pattern of the route that answered, such as `/api/users/:id`, or `none`. Express
 * knows the pattern only while the route works: before the error handler is reached, the router has already removed its
 * mount path.
 */
function recordRoute(req: Request): () => string {
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
