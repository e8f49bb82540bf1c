import type { CacheInvalidation, CacheName } from '../lib/cacheInvalidation.ts'
import type { Bus } from './cluster.bus.ts'

/** Invalidates caches over the bus. After a gap every cache may be stale. */
export function createBusCacheInvalidation(bus: Bus): CacheInvalidation {
  const reloads = new Map<CacheName, () => void>()
  bus.subscribe('changed', (cache) => reloads.get(cache)?.())
  bus.onGap(() => {
    for (const reload of reloads.values()) reload()
  })
  return {
    publish: (cache) => bus.publish('changed', cache),
    subscribe: (cache, reload) => void reloads.set(cache, reload),
  }
}
