import type { Cluster } from './index.ts'
import type { Logger } from '../lib/logger.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import { createBusCacheInvalidation } from './cacheInvalidation.service.ts'
import { redisRateLimits } from './redis.rateLimit.ts'
import { connectRedis } from './redis.client.ts'
import { redisBus } from './redis.bus.ts'

export interface RedisConfig {
  url: string
  /** The prefix of every key: several servers may share one Redis. */
  prefix: string
}

/** A request waits for its rate limit. When Redis is silent for this long, each node counts for itself. */
const COUNTERS_SILENT_MS = 2000

/** Connects to Redis and joins the other nodes. @throws Error when Redis cannot be reached */
export async function joinCluster(
  { url, prefix }: RedisConfig,
  logger: Logger,
  instrumentation: Instrumentation,
): Promise<Cluster> {
  const counters = await connectRedis(url, COUNTERS_SILENT_MS, logger)
  const bus = await redisBus(url, `${prefix}:bus`, logger, instrumentation)
  // The ids of requests travel over the bus.
  instrumentation.followRequests()
  return {
    bus,
    cacheInvalidation: createBusCacheInvalidation(bus),
    createRateLimit: redisRateLimits(counters, prefix, instrumentation),
    async close() {
      await bus.close()
      counters.destroy()
    },
  }
}
