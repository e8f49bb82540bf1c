import type { IncomingHttpHeaders } from 'node:http'
import { ACCESS_COOKIE, type DEVICE_COOKIE, type REFRESH_COOKIE } from '../../contract/index.ts'

/** A request or a socket handshake after cookie-parser. */
export interface CookieRequest {
  headers: IncomingHttpHeaders
  cookies?: unknown
}

/** Returns the value of a cookie; undefined for one that is missing, or that cookie-parser read as an object. */
export function cookieOf({ cookies }: CookieRequest, name: string): string | undefined {
  const value: unknown = typeof cookies === 'object' && cookies !== null ? Reflect.get(cookies, name) : undefined
  // cookie-parser turns `j:{...}` into an object. None of our cookies is one.
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * The cookies of this server. A browser sends the cookies of one host to all its ports, so their names carry the id of the server: two
 * servers on one host would otherwise sign each other's users out.
 */
export interface SessionCookies {
  /**
   * Returns the name of a cookie. Over HTTPS it has a prefix, so that neither a page of a subdomain nor one without HTTPS can set it:
   * `__Host-` for the path `/`, `__Secure-` for another path (RFC 6265bis, section 4.1.3).
   */
  nameOf(cookie: SessionCookie, isSecure: boolean): string
  /** Returns the value of a cookie; of a cookie that an earlier version set, when there is no newer one. */
  read(request: CookieRequest, cookie: SessionCookie): string | undefined
  /** Returns the names of the cookies of a request that this server has set. */
  ownIn(request: CookieRequest, cookie: SessionCookie): string[]
}

export type SessionCookie = typeof ACCESS_COOKIE | typeof REFRESH_COOKIE | typeof DEVICE_COOKIE

/** Creates the names of the cookies of a server. @param instanceId see accounts/instance.repository.ts */
export function createSessionCookies(instanceId: string): SessionCookies {
  const nameOf = (cookie: SessionCookie, isSecure: boolean): string => {
    const prefix = isSecure ? (cookie === ACCESS_COOKIE ? '__Host-' : '__Secure-') : ''
    return `${prefix}${cookie}_${instanceId}`
  }
  // The prefixed one first: only this server can have set it.
  const ownNames = (cookie: SessionCookie): string[] => [nameOf(cookie, true), nameOf(cookie, false)]

  return {
    nameOf,
    read: (request, cookie) => {
      // Earlier versions set the cookie without an id.
      for (const name of [...ownNames(cookie), cookie]) {
        const value = cookieOf(request, name)
        if (value !== undefined) return value
      }
      return undefined
    },
    ownIn: (request, cookie) => ownNames(cookie).filter((name) => cookieOf(request, name) !== undefined),
  }
}
