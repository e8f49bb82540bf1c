import { isIP } from 'node:net'
import type { RequestHandler } from 'express'
import type { Config } from '../../config.ts'
import { USER_HEADER } from '../../contract/index.ts'
import { AppError } from '../../lib/errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes by the pages of other sites, before cookies are read, and lets the pages of `allowedOrigins` read
 * answers (CORS). The cookies are SameSite=Strict as well, unless that is switched off.
 */
export function sameOrigin({
  allowedOrigins,
  allowedHosts,
}: Pick<Config, 'allowedOrigins' | 'allowedHosts'>): RequestHandler {
  return (req, res, next) => {
    if (!isHostAllowed(req.host, allowedHosts)) throw new AppError('host_not_allowed', { host: req.host })
    const origin = req.headers.origin
    res.vary('Origin')
    if (origin !== undefined && allowedOrigins.includes(origin)) {
      res.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Expose-Headers': 'X-Request-Id, Retry-After, Upload-Offset, Upload-Length, Tus-Resumable',
      })
      if (req.method === 'OPTIONS') {
        res.set({
          'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
          'Access-Control-Allow-Headers': `Content-Type, Authorization, Tus-Resumable, Upload-Offset, ${USER_HEADER}`,
          'Access-Control-Max-Age': '600',
        })
        res.status(204).end()
        return
      }
    } else if (!SAFE_METHODS.has(req.method) && !isOriginAllowed(origin, req.host, allowedOrigins)) {
      throw new AppError('origin_not_allowed', { origin: origin ?? '' })
    }
    next()
  }
}

/**
 * Returns whether the server answers under this name. With a list, a page of another site cannot point its own name at
 * the server and read the answers as its own (DNS rebinding). Addresses always pass: rebinding needs a name, and health
 * checks use addresses.
 * @param host the Host header, with its port  @param allowedHosts empty: every name
 */
export function isHostAllowed(host: string | undefined, allowedHosts: readonly string[]): boolean {
  if (allowedHosts.length === 0) return true
  if (host === undefined || !URL.canParse(`http://${host}`)) return false
  const { hostname } = new URL(`http://${host}`)
  return allowedHosts.includes(hostname) || hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}

/**
 * Returns whether a page of this origin may act here. The socket handshake checks it too, since CORS does not protect
 * it. A request without an Origin header is that of a program, not of a page. The scheme is not compared: behind a
 * proxy that ends TLS the server does not know its own.
 * @param origin the Origin header  @param host the Host header (X-Forwarded-Host behind a trusted proxy)
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined || allowedOrigins.includes(origin)) return true
  if (!URL.canParse(origin) || host === undefined) return false
  const { protocol, host: ofPage } = new URL(origin)
  // As URLs: some proxies add the port of the scheme to the host.
  const own = `${protocol}//${host}`
  return ofPage !== '' && URL.canParse(own) && new URL(own).host === ofPage
}
