import { noSuchTransaction, serverError, type EngineError } from './errors.ts'
import type { Answer, TransactionStep } from './protocol.ts'
import type { Thread } from './thread.ts'

export interface TransactionOptions {
  writer: Thread
  /** How long it may be open: everybody else's writes wait for it. */
  lifetimeMs: number
  /** Called once, when its last step is on its way: what is sent to the writer from now on comes after it. */
  onEnd: () => void
}

/** An open transaction as the main thread sees it. Whoever makes one has the writer for it alone until `onEnd`. */
export class Transaction {
  readonly #options: TransactionOptions
  readonly #lifetime: NodeJS.Timeout
  /** Set when it is over: what asking more of it is answered. */
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

  /** Comes first. A failed answer says that the file cannot be written. */
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

  /** For a cursor that was opened in it. */
  readOn(command: Buffer): Promise<Answer> {
    if (this.#commit === undefined) return this.read(command)
    return Promise.reject(
      serverError(43, 'CursorNotFound', 'The cursor has ended with the transaction it was opened in'),
    )
  }

  /**
   * Resolves when all of it is on disk; asked again, to the same.
   * @throws NoSuchTransaction when it was aborted before, by whatever
   */
  commit(): Promise<Answer> {
    if (this.#commit === undefined && this.#over !== undefined) return Promise.reject(this.#over)
    return (this.#commit ??= this.#finish('commit', ''))
  }

  /** Undoes all of it; does nothing when it is over. `why` is what later commands are told. */
  async abort(why = ''): Promise<void> {
    if (this.#over !== undefined) return
    // It fails only when the thread has ended, and then nothing is kept either.
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
