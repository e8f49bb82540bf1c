import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pinoHttp, type HttpLogger } from 'pino-http'
import type { Logger } from '../../lib/logger.ts'
import { requestLogFields } from '../../lib/requestContext.ts'
import { requestContextOf } from './instrumentation.middleware.ts'

/**
 * Ids that proxies make: UUIDs, and the 32 hexadecimal digits of nginx. No character has a meaning in a log or a
 * header.
 */
const ID = /^[\w-]{8,64}$/

/**
 * Gives each request an id (`X-Request-Id`, and in problems) and logs each request of the API in one line; files of the
 * page only when they fail.
 * @param isProxyTrusted whether the proxy sets the id. A client that could choose its id could copy the id of another
 * request
 */
export function requestLog(logger: Logger, isProxyTrusted: boolean): HttpLogger {
  return pinoHttp({
    logger,
    genReqId(req, res) {
      const given = isProxyTrusted ? req.headers['x-request-id'] : undefined
      const id = typeof given === 'string' && ID.test(given) ? given : randomUUID()
      res.setHeader('X-Request-Id', id)
      return id
    },
    customLogLevel: (req, res, error) => (error || res.statusCode >= 500 ? 'error' : isApi(req) ? 'info' : 'silent'),
    customSuccessObject: withId,
    customErrorObject: (req, res, _error, line: object) => withId(req, res, line),
    // Neither headers nor queries nor tokens: headers contain tokens, and queries contain the names that users search for.
    serializers: {
      req: (req: { method: string; url: string; remoteAddress?: string }) => ({
        method: req.method,
        path: pathWithoutSecrets(req.url),
        remoteAddress: req.remoteAddress,
      }),
      res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
    },
  })
}

/** Returns the path of a URL. A token in it, such as that of a group's link, would let a reader of the log join. */
export function pathWithoutSecrets(url: string): string {
  return (url.split('?')[0] ?? '').replace(/(\/invites\/)[^/]+/, '$1[cut]')
}

/** Adds the ids under the names that the other lines of the request use. */
function withId(req: IncomingMessage, _res: ServerResponse, line: object): object {
  const context = typeof req.id === 'string' ? { ...requestContextOf(req), requestId: req.id } : undefined
  return { ...line, ...requestLogFields(context) }
}

function isApi(req: IncomingMessage & { originalUrl?: string }): boolean {
  return (req.originalUrl ?? req.url ?? '').startsWith('/api')
}
