import type { Logger } from '../lib/logger.ts'

/** Called with the headers of a refused request. */
export type WarnOfOrigin = (origin: string, host: string) => void

/** An attacker can invent origins, so only the first ones are logged. */
const WARNINGS_MAX = 20

/**
 * Returns a function that tells the operator once for each origin and host what to do when the refused page is Parley's
 * own. A proxy that changes the Host header makes it look like the page of another site.
 */
export function createOriginWarning(logger: Logger): WarnOfOrigin {
  const warned = new Set<string>()
  return (origin, host) => {
    const key = `${origin} ${host}`
    if (warned.has(key) || warned.size >= WARNINGS_MAX) return
    warned.add(key)
    logger.warn(
      { origin, host },
      `a page of ${origin} was refused, because the Host header of its requests is ${host}. If this page is Parley behind a proxy, let the proxy pass on the header, in nginx with: proxy_set_header Host $http_host;`,
    )
  }
}
