export type { CommandListener, CommitMetrics, StorageMetrics } from 'parley-engine'
