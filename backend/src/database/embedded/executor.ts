import type { Logger } from '../logger.ts'
import { storageError } from './errors.ts'
import type { Answer } from './protocol.ts'
import { Thread } from './thread.ts'

export interface ExecutorOptions {
  directory: string
  logger: Logger
  explain: boolean
}

/** A reader is given company when this many commands wait for it. */
const BUSY = 4

/** Distributes commands: writes to the one writer, reads to the reader that has least to do. */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #writer: Thread
  readonly #readers: Thread[]
  readonly #told = new Set<string>()
  #closing: Promise<void> | undefined

  private constructor(options: ExecutorOptions) {
    this.#options = options
    this.#writer = this.#start('writer')
    this.#readers = [this.#start('reader')]
  }

  /**
   * Opens a data directory.
   * @throws when another process has it, or its file cannot be used
   */
  static async open(options: ExecutorOptions): Promise<Executor> {
    const executor = new Executor(options)
    try {
      await Promise.all([executor.#writer.ready, ...executor.#readers.map((reader) => reader.ready)])
      return executor
    } catch (error) {
      await executor.close()
      throw error
    }
  }

  /** Resolves when what was written is on disk. */
  write(command: Buffer): Promise<Answer> {
    return this.#closing === undefined ? this.#writer.ask(command) : Promise.reject(closed())
  }

  /** Sees everything that was acknowledged before. `reader` says where a cursor lives, for what follows on it. */
  async read(command: Buffer, reader = this.#idlest()): Promise<{ answer: Answer; reader: number }> {
    const thread = this.#readers[reader]
    if (this.#closing !== undefined || thread === undefined) throw closed()
    return { answer: await thread.ask(command), reader }
  }

  /** Commits what is pending, moves the log into the file and ends the threads. Calling it again waits for the same. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    // Readers first: the last connection to close, the writer's, can then clean up the log.
    await Promise.all(this.#readers.map((reader) => reader.close()))
    await this.#writer.close()
  }

  #idlest(): number {
    let best = 0
    for (const [i, { load }] of this.#readers.entries()) if (load < (this.#readers[best]?.load ?? 0)) best = i
    // The second reader costs memory, so it starts only when the first one has a queue.
    if (this.#readers.length === 1 && (this.#readers[0]?.load ?? 0) >= BUSY) this.#readers.push(this.#start('reader'))
    return best
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
