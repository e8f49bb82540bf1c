export type { CommandWatch, CommitMetrics, StorageMetrics } from 'parley-engine'
