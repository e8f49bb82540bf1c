import type { Logger } from '../lib/logger.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import { rateLimitsIn } from './rateLimit.ts'
import { connectRedis } from './redis.ts'
import { countedBus, type CountedBus } from './countedBus.ts'
import { redisBus } from './redisBus.ts'

export interface RedisPlace {
  url: string
  /** Of every key: several Parleys may share one Redis. */
  prefix: string
}

/** What makes several processes one server. */
export interface Cluster {
  bus: CountedBus
  createRateLimit: CreateRateLimit
  close(): Promise<void>
}

/** @throws Error when Redis cannot be reached */
export async function joinCluster({ url, prefix }: RedisPlace, logger: Logger): Promise<Cluster> {
  const counters = await connectRedis(url, logger)
  const bus = countedBus(await redisBus(url, `${prefix}:bus`, logger))
  return {
    bus,
    createRateLimit: rateLimitsIn(counters, prefix),
    async close() {
      await bus.close()
      counters.destroy()
    },
  }
}
