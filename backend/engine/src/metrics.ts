/** How the storage is doing. Counts and sums are since the start. */
export interface StorageMetrics {
  /** Commands on their way to the thread that writes, or waiting there or for a transaction. */
  waitingWrites: number
  waitingReads: number
  /** Threads that only read; they are started under load. */
  readers: number
  /** 1 while a transaction is open, which all other writes wait for. */
  openTransactions: number
  commits: CommitMetrics
  fileBytes: number
  /** The write-ahead log: what has not been moved into the file yet, or room for it. */
  logBytes: number
}

/** One commit writes what many commands have waited for. */
export interface CommitMetrics {
  count: number
  /** All the time they took, from the first command of a group to the end of its sync. */
  seconds: number
  /** All the commands in them. */
  commands: number
  /** How many took up to so many seconds, each with those before it (a histogram as Prometheus has it). */
  buckets: { seconds: number; count: number }[]
}

/** Told of each command that begins; what it returns, of its end. @param on the collection */
export type CommandWatch = (command: string, on: string) => (error?: unknown) => void
