import type { IncomingHttpHeaders } from 'node:http'

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
