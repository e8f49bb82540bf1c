import type { CountedBus } from '../cluster/counted.bus.ts'
import type { StorageMetrics } from '../database/metrics.ts'
import type { Health } from '../lib/health.ts'
import type { Jobs } from '../lib/jobs.ts'

/** What is read each time that somebody asks for the metrics, so that it costs nothing in between. */
export interface Figures {
  /** People and connections of this node. */
  connections(): { people: number; connections: number }
  health: Pick<Health, 'report'>
  /** Free bytes of the disk under DATA_DIR. */
  freeBytes(): Promise<number>
  /** Undefined: MongoDB tells its own. */
  storage: (() => Promise<StorageMetrics>) | undefined
  /** Undefined: this is the only node. */
  bus: Pick<CountedBus, 'counts' | 'isConnected'> | undefined
  jobs: Pick<Jobs, 'stats'>
}
