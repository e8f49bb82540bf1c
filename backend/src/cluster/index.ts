import type { Logger } from '../lib/logger.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import type { Bus } from './bus.ts'
import { rateLimitsIn } from './rateLimit.ts'
import { connectRedis } from './redis.ts'
import { redisBus } from './redisBus.ts'

/** What makes several processes one server. */
export interface Cluster {
  bus: Bus
  createRateLimit: CreateRateLimit
  close(): Promise<void>
}

/** @throws Error when Redis cannot be reached */
export async function joinCluster(redisUrl: string, logger: Logger): Promise<Cluster> {
  const counters = await connectRedis(redisUrl, logger)
  const bus = await redisBus(redisUrl, logger)
  return {
    bus,
    createRateLimit: rateLimitsIn(counters),
    async close() {
      await bus.close()
      counters.destroy()
    },
  }
}
