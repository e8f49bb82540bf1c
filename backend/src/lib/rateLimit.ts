import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { RateLimitName } from '../contract/index.ts'
import { AppError } from './errors.ts'
import type { RateLimit } from './delivery.ts'
import type { Instrumentation } from './instrumentation.ts'

export interface RateLimitOptions {
  /** The limited action. */
  name: RateLimitName
  /** How many attempts pass ... */
  points: number
  /** ... in this many seconds, counted from the first attempt. */
  seconds: number
}

export type CreateRateLimit = (options: RateLimitOptions) => RateLimit

/**
 * Counts in the memory of this process; a restart forgets the counts.
 * `take(key, 0)` asks without counting: it throws once more than `points` were taken.
 */
export function memoryRateLimits(instrumentation: RateLimitChannels): CreateRateLimit {
  return ({ name, points, seconds }) => rateLimit(name, memoryCounter(points, seconds), instrumentation)
}

/** Counts the attempts of each key. */
export interface AttemptCounter {
  /** Counts `count` attempts. Returns after how many milliseconds attempts pass again; null when this one passes. */
  take(key: string, count: number): Promise<number | null>
  /** Forgets a key. */
  forget(key: string): Promise<unknown>
}

/** Measures by `performance.now()`: a clock that is set neither prolongs a lockout nor ends one. */
function memoryCounter(points: number, seconds: number): AttemptCounter {
  /** In the order of their ends, because all last equally long. */
  const counts = new Map<string, { taken: number; endsAt: number }>()

  function forgetEnded(now: number): void {
    for (const [key, { endsAt }] of counts) {
      if (endsAt > now) return
      counts.delete(key)
    }
  }

  return {
    async take(key, count) {
      const now = performance.now()
      forgetEnded(now)
      const known = counts.get(key) ?? { taken: 0, endsAt: now + seconds * 1000 }
      known.taken += count
      if (known.taken > 0) counts.set(key, known)
      return known.taken > points ? known.endsAt - now : null
    },
    forget: async (key) => counts.delete(key),
  }
}

type RateLimitChannels = Pick<Instrumentation, 'rateLimitCreated' | 'rateLimitExceeded'>

/** Makes a rate limit of a counter. */
export function rateLimit(
  name: RateLimitName,
  counter: AttemptCounter,
  { rateLimitCreated, rateLimitExceeded }: RateLimitChannels,
): RateLimit {
  if (rateLimitCreated.hasSubscribers) rateLimitCreated.publish({ limit: name })
  return {
    async take(key, count = 1) {
      const waitMs = await counter.take(key, count)
      if (waitMs === null) return
      if (rateLimitExceeded.hasSubscribers) rateLimitExceeded.publish({ limit: name })
      throw new AppError('too_many_requests', { name, retryAfter: Math.max(1, Math.ceil(waitMs / 1000)) })
    },
    async reset(key) {
      await counter.forget(key)
    },
  }
}

/**
 * Returns the address of the client of a request, as Express finds it: `trustProxy` proxies before the server are
 * believed.
 */
export function clientAddress({ headers, socket }: IncomingMessage, trustProxy: number): string | undefined {
  const forwarded = trustProxy > 0 ? [headers['x-forwarded-for'] ?? []].flat().join(',') : ''
  const addresses = [...forwarded.split(',').map((address) => address.trim()), socket.remoteAddress].filter(Boolean)
  return addresses.at(-1 - Math.min(trustProxy, addresses.length - 1))
}

/**
 * Returns the key under which an address is counted. IPv6 counts per /64, the least that one customer is given: an
 * attacker with one /64 has 2^64 addresses to try from. IPv4 written as IPv6 (`::ffff:192.0.2.1`, from a dual-stack
 * socket) counts as IPv4.
 */
export function addressKey(ip: string | undefined): string {
  const address = (ip ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(address)) return address
  // URL writes every spelling of an IPv6 address in one form: lower case, no leading zeros, at most one `::`.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const front = groups(head)
  const zeros = tail === undefined ? 0 : 8 - front.length - groups(tail).length
  const all = [...front, ...Array<string>(zeros).fill('0'), ...groups(tail ?? '')]
  return `${all.slice(0, 4).join(':')}::/64`
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
