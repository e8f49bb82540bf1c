import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { rateLimit, type AttemptCounter, type CreateRateLimit } from '../lib/rateLimit.ts'
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
      counterOf(
        new RateLimiterRedis({
          storeClient: redis,
          useRedisPackage: true,
          rejectIfRedisNotReady: true,
          keyPrefix: `${prefix}:limit:${name}`,
          points,
          duration: seconds,
          insuranceLimiter: new RateLimiterMemory({ points, duration: seconds }),
        }),
        seconds,
      ),
      instrumentation,
    )
}

function counterOf(limiter: RateLimiterRedis, seconds: number): AttemptCounter {
  return {
    async take(key, count) {
      try {
        await limiter.consume(key, count)
        return null
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        // The insurance measures by the clock of this node, which may have been set back.
        return Math.min(refusal.msBeforeNext, seconds * 1000)
      }
    },
    forget: (key) => limiter.delete(key),
  }
}
