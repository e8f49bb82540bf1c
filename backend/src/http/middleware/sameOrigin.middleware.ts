import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { RequestHandler } from 'express'
import type { Config } from '../../config.ts'
import { IDEMPOTENCY_HEADER, USER_HEADER } from '../../contract/index.ts'
import { AppError } from '../../lib/errors.ts'
import type { WarnOfOrigin } from '../origin.warning.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes by the pages of other sites, before cookies are read, and lets the pages of `allowedOrigins` read
 * answers (CORS). The cookies are SameSite=Strict as well, unless that is switched off.
 */
export function sameOrigin(
  { allowedOrigins, allowedHosts }: Pick<Config, 'allowedOrigins' | 'allowedHosts'>,
  warn: WarnOfOrigin,
): RequestHandler {
  return (req, res, next) => {
    if (!isHostAllowed(req.host, allowedHosts)) throw new AppError('host_not_allowed', { host: req.host })
    const origin = req.headers.origin
    res.vary('Origin')
    if (origin !== undefined && allowedOrigins.includes(origin)) {
      res.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Expose-Headers': 'Date, X-Request-Id, Retry-After, Upload-Offset, Upload-Length, Tus-Resumable',
      })
      if (req.method === 'OPTIONS') {
        res.set({
          'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
          'Access-Control-Allow-Headers': `Content-Type, Authorization, Tus-Resumable, Upload-Offset, ${USER_HEADER}, ${IDEMPOTENCY_HEADER}`,
          'Access-Control-Max-Age': '600',
        })
        res.status(204).end()
        return
      }
    } else if (!SAFE_METHODS.has(req.method) && !isOriginAllowed(pageOf(req.headers, req.host), allowedOrigins)) {
      warn(origin ?? '', req.host)
      throw new AppError('origin_not_allowed', { origin: origin ?? '', host: req.host })
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

/** What a browser says about the page that sends a request. */
export interface RequestingPage {
  /** The Origin header. */
  origin: string | undefined
  /** The Host header (X-Forwarded-Host behind a trusted proxy). */
  host: string | undefined
  /** The header Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/). */
  fetchSite: string | undefined
}

/** Returns what the headers of a request say about its page. */
export function pageOf(headers: IncomingHttpHeaders, host: string | undefined): RequestingPage {
  const fetchSite = headers['sec-fetch-site']
  return { origin: headers.origin, host, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined }
}

/**
 * Returns whether a page of this origin may act here. The socket handshake checks it too, since CORS does not protect
 * it. A request without an Origin header is that of a program, not of a page. The scheme is not compared: behind a
 * proxy that ends TLS the server does not know its own. A browser says itself that a request stays within one origin
 * (`Sec-Fetch-Site`, which no page can set), over HTTPS and on localhost; then the Host header does not matter.
 */
export function isOriginAllowed(
  { origin, host, fetchSite }: RequestingPage,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined || fetchSite === 'same-origin' || allowedOrigins.includes(origin)) return true
  if (!URL.canParse(origin) || host === undefined) return false
  const { protocol, host: ofPage } = new URL(origin)
  // As URLs: some proxies add the port of the scheme to the host.
  const own = `${protocol}//${host}`
  return ofPage !== '' && URL.canParse(own) && new URL(own).host === ofPage
}
