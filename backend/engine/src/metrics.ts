/** The state of the storage. Counts and sums start when the database is opened. */
export interface StorageMetrics {
  /** Commands that were sent to the writer, or wait there or for a transaction. */
  waitingWrites: number
  waitingReads: number
  /** Threads that only read. They start under load. */
  readers: number
  /** 1 while a transaction is open. All other writes wait for it. */
  openTransactions: number
  commits: CommitMetrics
  fileBytes: number
  /** The size of the write-ahead log. A part of it can be empty space for later writes. */
  logBytes: number
}

/** Figures of the commits. One commit writes the changes of many commands. */
export interface CommitMetrics {
  count: number
  /** The total duration, from the first command of a group to the end of its sync. */
  seconds: number
  /** The number of commands in all commits. */
  commands: number
  /** A cumulative histogram as in Prometheus: how many commits took at most this many seconds. */
  buckets: { seconds: number; count: number }[]
}

/**
 * Called when a command begins. The returned function is called when it ends.
 * @param on the collection
 */
export type CommandListener = (command: string, on: string) => (error?: unknown) => void
