import type { Config } from '../config.ts'
import type { CacheInvalidation } from '../lib/cacheInvalidation.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Logger } from '../lib/logger.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import type { Bus } from './cluster.bus.ts'

/** The parts that make several processes one server. */
export interface Cluster {
  bus: Bus
  cacheInvalidation: CacheInvalidation
  createRateLimit: CreateRateLimit
  close(): Promise<void>
}

/**
 * Joins the other nodes where REDIS_URL is set. The Redis client is loaded only then.
 * @throws Error when Redis cannot be reached
 */
export async function openCluster(
  { redis }: Pick<Config, 'redis'>,
  logger: Logger,
  instrumentation: Instrumentation,
): Promise<Cluster | undefined> {
  if (!redis) return undefined
  const { joinCluster } = await import('./redis.cluster.ts')
  return joinCluster(redis, logger, instrumentation)
}
