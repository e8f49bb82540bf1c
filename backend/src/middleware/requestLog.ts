import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { pinoHttp, type HttpLogger } from 'pino-http'
import type { Logger } from '../lib/logger.ts'

/**
 * Gives each request an id (`X-Request-Id`, and in problems) and logs each request of the API in one line; files of the
 * page only when they fail. The id is always ours: one that the client may choose could be made to look like another's.
 */
export function requestLog(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    genReqId(_req, res) {
      const id = randomUUID()
      res.setHeader('X-Request-Id', id)
      return id
    },
    customLogLevel: (req, res, error) => (error || res.statusCode >= 500 ? 'error' : isApi(req) ? 'info' : 'silent'),
    // Neither headers nor queries: tokens travel in the first, and whom somebody looks for is in the second.
    serializers: {
      req: (req: { id: unknown; method: string; url: string; remoteAddress?: string }) => ({
        id: req.id, method: req.method, path: req.url.split('?')[0], remoteAddress: req.remoteAddress,
      }),
      res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
    },
  })
}

function isApi(req: IncomingMessage & { originalUrl?: string }): boolean {
  return (req.originalUrl ?? req.url ?? '').startsWith('/api')
}

