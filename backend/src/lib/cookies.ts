import type { IncomingHttpHeaders } from 'node:http'

/**
 * A cookie from the raw header, so that a socket handshake and a request are read by the same rule (RFC 6265 section 5.4):
 * of several with one name the first counts, which is the one with the longest path.
 */
export function readCookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || undefined
  }
  return undefined
}
