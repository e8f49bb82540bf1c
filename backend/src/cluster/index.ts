import type { Logger } from '../lib/logger.ts'
import type { Nodes } from '../lib/cacheInvalidation.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import { countedBus, type CountedBus } from './counted.bus.ts'
import { nodesOn } from './cacheInvalidation.service.ts'
import { rateLimitsIn } from './redis.rateLimit.ts'
import { connectRedis } from './redis.client.ts'
import { redisBus } from './redis.bus.ts'

export interface RedisPlace {
  url: string
  /** Of every key: several Parleys may share one Redis. */
  prefix: string
}

/** Who sends a message waits for its count: after so long each node counts for itself. */
const COUNTERS_SILENT_MS = 2000

/** What makes several processes one server. */
export interface Cluster {
  bus: CountedBus
  nodes: Nodes
  createRateLimit: CreateRateLimit
  close(): Promise<void>
}

/** @throws Error when Redis cannot be reached */
export async function joinCluster({ url, prefix }: RedisPlace, logger: Logger): Promise<Cluster> {
  const counters = await connectRedis(url, COUNTERS_SILENT_MS, logger)
  const bus = countedBus(await redisBus(url, `${prefix}:bus`, logger))
  return {
    bus,
    nodes: nodesOn(bus),
    createRateLimit: rateLimitsIn(counters, prefix),
    async close() {
      await bus.close()
      counters.destroy()
    },
  }
}
