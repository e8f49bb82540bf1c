import type { Logger } from '../logger.ts'
import type { StorageMetrics } from '../metrics.ts'
import { CommitHistogram } from './commitHistogram.ts'
import { storageError } from '../errors.ts'
import { WriteLock } from './writeLock.ts'
import type { Answer, ThreadRole } from './protocol.ts'
import { WorkerThread } from './workerThread.ts'
import { Transaction } from './transaction.ts'

export interface ExecutorOptions {
  directory: string
  logger: Logger
  explain: boolean
  /** How long a write waits for an open transaction. */
  lockMs?: number
  /** How long a transaction may stay open. */
  lifetimeMs?: number
}

/** The thread or transaction that ran a command. Its cursor stays there. */
export type Place = WorkerThread | Transaction

/** A reader thread costs about 15 MB, so readers start only under load. */
const MAX_READERS = 2

/** A thread with this many unanswered reads is busy. */
const BUSY = 4

/** A slower read, which waited for a commit or a long scan, starts a reader thread. */
const SLOW_READ_MS = 50

/** Longer than a transaction should take, shorter than a user waits. */
const LOCK_MS = 5000

/** MongoDB's `transactionLifetimeLimitSeconds`. */
const LIFETIME_MS = 60_000

/**
 * Distributes commands to threads. One writer thread runs all writes. It also runs the reads while the load is low.
 * Under load, reader threads run the reads, so reads do not wait for the disk and do not delay a commit. An open
 * transaction has the writer to itself.
 */
export class Executor {
  /** Resolves when the writer has ended unexpectedly. Then nothing can be written any more. */
  readonly lost: Promise<Error>
  readonly #options: ExecutorOptions
  readonly #writeLock: WriteLock
  readonly #writer: WorkerThread
  /** The readers that have started. */
  readonly #readers: WorkerThread[] = []
  /** Moves the write-ahead log into the file. It starts under load. */
  #checkpointer: WorkerThread | undefined
  readonly #commits = new CommitHistogram()
  readonly #told = new Set<string>()
  /** The number of reads that the writer has not answered. */
  #readsAtWriter = 0
  #transaction: Transaction | undefined
  #starting: Promise<void> | undefined
  #closing: Promise<void> | undefined

  private constructor(options: ExecutorOptions) {
    this.#options = options
    this.#writeLock = new WriteLock(options.lockMs ?? LOCK_MS)
    this.#writer = this.#start('writer')
    this.lost = this.#writer.lost
  }

  /**
   * Opens a data directory.
   * @throws if another process has locked it, or if its file cannot be used
   */
  static async open(options: ExecutorOptions): Promise<Executor> {
    const executor = new Executor(options)
    try {
      await executor.#writer.ready
      return executor
    } catch (error) {
      await executor.close()
      throw error
    }
  }

  /**
   * Resolves when the write is on disk.
   * @throws LockTimeout (24) if a transaction stays open for too long
   */
  write(command: Buffer): Promise<Answer> {
    return this.#closing === undefined
      ? this.#writeLock.runWrite(() => this.#writer.ask('writes', command))
      : Promise.reject(closed())
  }

  /**
   * Returns the answer to a read, which sees every acknowledged write. `thread` is the place of the cursor, if the
   * command continues one.
   */
  async read(command: Buffer, thread = this.#choose()): Promise<{ answer: Answer; place: WorkerThread }> {
    if (this.#closing !== undefined) throw closed()
    if (thread !== this.#writer) return { answer: await thread.ask('reads', command), place: thread }
    const began = performance.now()
    this.#readsAtWriter++
    try {
      return { answer: await thread.ask('reads', command), place: thread }
    } finally {
      this.#readsAtWriter--
      if (performance.now() - began > SLOW_READ_MS) this.#startReader()
    }
  }

  /**
   * Begins a transaction as soon as no other one is open. The answer tells whether it could.
   * @throws LockTimeout (24) if another transaction stays open for too long
   */
  async begin(): Promise<{ transaction: Transaction; answer: Answer }> {
    await this.#writeLock.acquire()
    if (this.#closing !== undefined) {
      this.#writeLock.release()
      throw closed()
    }
    const { lifetimeMs = LIFETIME_MS } = this.#options
    const transaction = new Transaction({ writer: this.#writer, lifetimeMs, onEnd: () => this.#writeLock.release() })
    this.#transaction = transaction
    return { transaction, answer: await transaction.begin() }
  }

  get metrics(): Omit<StorageMetrics, 'fileBytes' | 'logBytes'> {
    const threads = [this.#writer, ...this.#readers]
    return {
      waitingWrites: this.#writeLock.waiting + this.#writer.waiting('writes'),
      waitingReads: threads.reduce((sum, thread) => sum + thread.waiting('reads'), 0),
      readers: this.#readers.length,
      openTransactions: this.#writeLock.held ? 1 : 0,
      commits: this.#commits.metrics,
    }
  }

  /**
   * Aborts the open transaction, commits pending writes, moves the log into the file and ends the threads. A second
   * call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    this.#writeLock.close()
    await this.#transaction?.abort('the database is closed')
    await this.#starting
    // The others first: the last connection to close is the writer's, and it can then remove the log.
    await Promise.all(this.#readers.map((reader) => reader.close()))
    await this.#checkpointer?.close()
    await this.#writer.close()
  }

  #choose(): WorkerThread {
    const [first, second] = this.#readers
    const best =
      first !== undefined && second !== undefined && second.load < first.load ? second : (first ?? this.#writer)
    if ((best === this.#writer ? this.#readsAtWriter : best.load) >= BUSY) this.#startReader()
    return best
  }

  /** Reads stay on the present threads until the new one is ready. */
  #startReader(): void {
    if (this.#starting !== undefined || this.#closing !== undefined || this.#readers.length >= MAX_READERS) return
    const reader = this.#start('reader')
    this.#starting = reader.ready
      .then(
        () => {
          this.#readers.push(reader)
          void reader.lost.then(() => this.#replace(reader))
        },
        (error: unknown) => this.#options.logger.error({ err: error }, 'A storage thread cannot start'),
      )
      .finally(() => {
        this.#starting = undefined
      })
  }

  /** Removes a reader that has ended. Its reads have failed, and no further read may go to it. */
  #replace(reader: WorkerThread): void {
    this.#readers.splice(this.#readers.indexOf(reader), 1)
    this.#startReader()
  }

  /** Until the thread has started, or when it cannot start, the writer empties the log alone. */
  #moveLog(): void {
    if (this.#closing !== undefined) return
    if (this.#checkpointer === undefined) {
      const thread = this.#start('checkpointer')
      this.#checkpointer = thread
      void thread.lost.then(() => {
        this.#checkpointer = undefined
      })
    }
    this.#checkpointer.moveLog()
  }

  #start(role: ThreadRole): WorkerThread {
    const { directory, explain, logger } = this.#options
    const thread = new WorkerThread(
      { role, directory, explain },
      {
        onScan: (shape, examined) => {
          if (this.#told.has(shape)) return
          this.#told.add(shape)
          logger.warn({ shape, examined }, 'A query has no index and reads every document')
        },
        onCommit: (commit) => this.#commits.add(commit),
        onLogIsLong: () => this.#moveLog(),
        onLogIsMoved: () => this.#writer.truncateLog(),
      },
    )
    void thread.lost.then((error) => logger.error({ err: error, role }, 'A storage thread has ended unexpectedly'))
    return thread
  }
}

function closed(): Error {
  return storageError('The database is closed')
}
