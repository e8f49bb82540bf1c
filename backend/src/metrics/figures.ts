import type { StorageMetrics } from '../database/metrics.ts'
import type { Health } from '../lib/health.ts'

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
  bus: { counts(): BusCounts; isConnected(): boolean } | undefined
  /** Undefined: there are none. */
  jobs: { stats(): Promise<JobStats> } | undefined
}

/** Since the start. */
export interface BusCounts {
  told: number
  heard: number
  gaps: number
}

/** Background work by its kind. The state of all of it for what is waiting, running or dead; since the start for what this node has done. */
export interface JobStats {
  [kind: string]: { waiting: number; running: number; dead: number; done: number }
}
