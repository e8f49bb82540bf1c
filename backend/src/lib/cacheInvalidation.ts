import type { Logger } from './logger.ts'

/** The parts of the database that each node caches in memory. */
export type CacheName = 'settings' | 'mutes'

/** Tells the nodes of a cluster when a cached part of the database changes. */
export interface CacheInvalidation {
  /** Tells the other nodes that this node changed the cached part in the database. */
  publish(cache: CacheName): void
  /** Calls `reload` when another node changed the cached part, or may have changed it. */
  subscribe(cache: CacheName, reload: () => void): void
}

/** For a node without other nodes. */
export const NO_CACHE_INVALIDATION: CacheInvalidation = { publish() {}, subscribe() {} }

/** How often a cache is reloaded in any case: a node may change the database while it cannot reach the other nodes. */
const RELOAD_MS = 5000

/** Reloads a cache whenever it may be stale. Returns a function that stops this. */
export function keepCacheFresh(
  cacheInvalidation: CacheInvalidation,
  cache: CacheName,
  reload: () => Promise<void>,
  logger: Logger,
): () => void {
  const tryReload = (): void =>
    void reload().catch((error: unknown) => logger.warn({ err: error, cache }, 'a cache could not be reloaded'))
  cacheInvalidation.subscribe(cache, tryReload)
  const timer = setInterval(tryReload, RELOAD_MS).unref()
  return () => clearInterval(timer)
}
