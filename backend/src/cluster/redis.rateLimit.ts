import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { rateLimit, type CreateRateLimit } from '../lib/rateLimit.ts'
import type { Redis } from './redis.client.ts'

/** Counts in Redis, for all nodes together. While Redis is away each node counts for itself, from nothing. */
export function rateLimitsIn(redis: Redis, prefix: string): CreateRateLimit {
  return ({ name, points, seconds }) =>
    rateLimit(
      name,
      new RateLimiterRedis({
        storeClient: redis,
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        keyPrefix: `${prefix}:limit:${name}`,
        points,
        duration: seconds,
        insuranceLimiter: new RateLimiterMemory({ points, duration: seconds }),
      }),
    )
}
