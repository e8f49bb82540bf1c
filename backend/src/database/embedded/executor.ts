import type { Logger } from '../logger.ts'
import { storageError } from './errors.ts'
import type { Answer } from './protocol.ts'
import { Thread } from './thread.ts'

export interface ExecutorOptions {
  directory: string
  logger: Logger
  explain: boolean
}

/** Each thread costs about 15 MB, so readers are started only when they are missed. */
const MAX_READERS = 2

/** A thread with this many unanswered reads is busy. */
const BUSY = 4

/** A read that took longer, behind a commit or as a long scan, asks for a thread apart from the writer. */
const SLOW_READ_MS = 50

/**
 * Distributes commands. All writes go to the one writer; so do reads at rest. Under load reads get threads of their own,
 * so that they neither wait for the disk nor hold up a commit.
 */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #writer: Thread
  /** Those that can work. */
  readonly #readers: Thread[] = []
  readonly #told = new Set<string>()
  /** How many reads the writer has not answered. */
  #readsAtWriter = 0
  #starting: Promise<void> | undefined
  #closing: Promise<void> | undefined

  private constructor(options: ExecutorOptions) {
    this.#options = options
    this.#writer = this.#start('writer')
  }

  /**
   * Opens a data directory.
   * @throws when another process has it, or its file cannot be used
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

  /** Resolves when what was written is on disk. */
  write(command: Buffer): Promise<Answer> {
    return this.#closing === undefined ? this.#writer.ask('writes', command) : Promise.reject(closed())
  }

  /** Sees everything that was acknowledged before. `thread` says where a cursor lives, for what follows on it. */
  async read(command: Buffer, thread = this.#choose()): Promise<{ answer: Answer; thread: Thread }> {
    if (this.#closing !== undefined) throw closed()
    if (thread !== this.#writer) return { answer: await thread.ask('reads', command), thread }
    const began = performance.now()
    this.#readsAtWriter++
    try {
      return { answer: await thread.ask('reads', command), thread }
    } finally {
      this.#readsAtWriter--
      if (performance.now() - began > SLOW_READ_MS) this.#startReader()
    }
  }

  /** Commits what is pending, moves the log into the file and ends the threads. Calling it again waits for the same. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    await this.#starting
    // Readers first: the last connection to close, the writer's, can then clean up the log.
    await Promise.all(this.#readers.map((reader) => reader.close()))
    await this.#writer.close()
  }

  #choose(): Thread {
    const [first, second] = this.#readers
    const best = first !== undefined && second !== undefined && second.load < first.load ? second : (first ?? this.#writer)
    if ((best === this.#writer ? this.#readsAtWriter : best.load) >= BUSY) this.#startReader()
    return best
  }

  /** Reads go on where they are until the new thread is ready. */
  #startReader(): void {
    if (this.#starting !== undefined || this.#closing !== undefined || this.#readers.length >= MAX_READERS) return
    const reader = this.#start('reader')
    this.#starting = reader.ready
      .then(
        () => void this.#readers.push(reader),
        (error: unknown) => this.#options.logger.error({ err: error }, 'A storage thread cannot be started'),
      )
      .finally(() => {
        this.#starting = undefined
      })
  }

  #start(role: 'writer' | 'reader'): Thread {
    const { directory, explain, logger } = this.#options
    return new Thread(
      { role, directory, explain },
      {
        onScan: (shape, examined) => {
          if (this.#told.has(shape)) return
          this.#told.add(shape)
          logger.warn({ shape, examined }, 'A query has no index and looks at every document')
        },
        onLost: (error) => logger.error({ err: error, role }, 'A storage thread has ended unexpectedly'),
      },
    )
  }
}

function closed(): Error {
  return storageError('The database is closed')
}
