import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { rateLimit, type CreateRateLimit } from '../lib/rateLimit.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Redis } from './redis.client.ts'

/**
 * Counts in Redis for all nodes together. While Redis cannot be reached, each node counts for itself and starts at
 * zero.
 */
export function redisRateLimits(redis: Redis, prefix: string, instrumentation: Instrumentation): CreateRateLimit {
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
      instrumentation,
    )
}
