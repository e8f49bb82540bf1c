import type { StorageMetrics } from '../database/database.metrics.ts'
import type { Health } from '../lib/health.ts'
import type { Jobs } from '../lib/jobs.ts'
import type { BusCounts } from './bus.counts.ts'

/** The values that are read at each scrape, so that they cost nothing between scrapes. */
export interface MetricsSources {
  /** Users who are online and connections of this node. */
  connections(): { users: number; connections: number }
  health: Pick<Health, 'report'>
  /** Free bytes of the disk that holds DATA_DIR. */
  freeBytes(): Promise<number>
  /** Undefined with MongoDB, which has metrics of its own. */
  storage: (() => Promise<StorageMetrics>) | undefined
  /** Undefined when this is the only node. */
  bus: { counts(): BusCounts; isConnected(): boolean } | undefined
  jobs: Pick<Jobs, 'stats'>
}
