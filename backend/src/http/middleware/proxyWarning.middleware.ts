import type { RequestHandler } from 'express'
import type { Logger } from '../../lib/logger.ts'

/**
 * Warns once when a proxy names its client and TRUST_PROXY does not say so. All clients would have the proxy's address
 * then, and share the limits of one address.
 */
export function warnOfProxy(logger: Logger, trustProxy: number): RequestHandler {
  let isWarned = trustProxy > 0
  return (req, _res, next) => {
    if (!isWarned && req.headers['x-forwarded-for'] !== undefined) {
      isWarned = true
      logger.warn(
        { remoteAddress: req.socket.remoteAddress },
        'a request has X-Forwarded-For, and TRUST_PROXY is 0: behind a proxy all users would count as one address. Set TRUST_PROXY to the number of proxies',
      )
    }
    next()
  }
}
