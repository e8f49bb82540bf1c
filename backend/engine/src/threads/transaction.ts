import { noSuchTransaction, serverError, type EngineError } from '../errors.ts'
import type { Answer, TransactionStep } from './protocol.ts'
import type { WorkerThread } from './workerThread.ts'

export interface TransactionOptions {
  writer: WorkerThread
  /** How long the transaction may stay open. All other writes wait for it. */
  lifetimeMs: number
  /** Called once, when the last step was sent. Commands that are sent to the writer from now on come after it. */
  onEnd: () => void
}

/** The main thread's side of an open transaction. It has the writer to itself until `onEnd`. */
export class Transaction {
  readonly #options: TransactionOptions
  readonly #lifetime: NodeJS.Timeout
  /** Set when the transaction is over: the error of any further command. */
  #over: EngineError | undefined
  #commit: Promise<Answer> | undefined

  constructor(options: TransactionOptions) {
    this.#options = options
    const { lifetimeMs } = options
    this.#lifetime = setTimeout(() => {
      void this.abort(`it was open for more than ${lifetimeMs / 1000} s`)
    }, lifetimeMs)
    this.#lifetime.unref()
  }

  /** Must be called first. A failed answer means that the file cannot be written. */
  begin(): Promise<Answer> {
    return this.#ask('begin')
  }

  get over(): boolean {
    return this.#over !== undefined
  }

  read(command: Buffer): Promise<Answer> {
    return this.#ask('read', command)
  }

  write(command: Buffer): Promise<Answer> {
    return this.#ask('write', command)
  }

  /** Continues a cursor that this transaction opened. */
  readOn(command: Buffer): Promise<Answer> {
    if (this.#commit === undefined) return this.read(command)
    return Promise.reject(serverError(43, 'CursorNotFound', 'The cursor ended with its transaction'))
  }

  /**
   * Resolves when all changes are on disk. A second call returns the same promise.
   * @throws NoSuchTransaction if the transaction was aborted
   */
  commit(): Promise<Answer> {
    if (this.#commit === undefined && this.#over !== undefined) return Promise.reject(this.#over)
    return (this.#commit ??= this.#finish('commit', ''))
  }

  /** Undoes all changes. It does nothing if the transaction is over. `why` is part of the error of later commands. */
  async abort(why = ''): Promise<void> {
    if (this.#over !== undefined) return
    // It only fails if the thread has ended, and then nothing was kept either.
    await this.#finish('abort', why).catch(() => undefined)
  }

  #finish(step: 'commit' | 'abort', why: string): Promise<Answer> {
    const answer = this.#options.writer.step(step)
    this.#end(why)
    return answer
  }

  async #ask(step: TransactionStep, command?: Buffer): Promise<Answer> {
    if (this.#over !== undefined) throw this.#over
    try {
      const answer = await this.#options.writer.step(step, command)
      if (answer.aborted) this.#end('an operation of it has failed')
      return answer
    } catch (error) {
      this.#end('the storage has stopped')
      throw error
    }
  }

  #end(why: string): void {
    if (this.#over !== undefined) return
    clearTimeout(this.#lifetime)
    this.#over = noSuchTransaction(why)
    this.#options.onEnd()
  }
}
