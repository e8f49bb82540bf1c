import { serverError, storageError, transientError, type EngineError } from '../errors.ts'

interface Waiting {
  resume: () => void
  fail: (error: EngineError) => void
  timer: NodeJS.Timeout
}

/**
 * Lets either all writes through, or one transaction alone. While a transaction is open, ordinary writes and further
 * transactions wait. When it ends, the waiting writes go first, all together, and then the next transaction. The wait
 * has a limit: a write that is awaited inside the transaction it waits for would otherwise wait for ever.
 */
export class WriteLock {
  readonly #timeoutMs: number
  readonly #writes = new Set<Waiting>()
  readonly #transactions = new Set<Waiting>()
  #held = false
  #closed = false

  /** @param timeoutMs the longest wait */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Returns whether a transaction is open. */
  get held(): boolean {
    return this.#held
  }

  /** Returns the number of waiting writes and transactions. */
  get waiting(): number {
    return this.#writes.size + this.#transactions.size
  }

  /**
   * Sends a write as soon as no transaction is open.
   * @throws LockTimeout (24) without sending it
   */
  runWrite<T>(send: () => Promise<T>): Promise<T> {
    if (!this.#held) return send()
    return new Promise((resolve, reject) => {
      this.#wait(this.#writes, {
        resume: () => void send().then(resolve, reject),
        fail: reject,
        timedOut: () =>
          serverError(24, 'LockTimeout', `A write waited ${this.#timeout} for an open transaction. ${HINT}`),
      })
    })
  }

  /**
   * Resolves when the caller alone may write. Call `release` afterwards.
   * @throws LockTimeout (24) as a transient error
   */
  acquire(): Promise<void> {
    if (this.#closed) return Promise.reject(closed())
    if (!this.#held) {
      this.#held = true
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#wait(this.#transactions, {
        resume: resolve,
        fail: reject,
        timedOut: () =>
          transientError(24, 'LockTimeout', `A transaction waited ${this.#timeout} for another open transaction.`),
      })
    })
  }

  release(): void {
    this.#held = false
    for (const waiting of this.#writes) this.#resume(this.#writes, waiting)
    const [next] = this.#transactions
    if (next === undefined) return
    this.#held = true
    this.#resume(this.#transactions, next)
  }

  /** Refuses transactions from now on. */
  close(): void {
    this.#closed = true
    for (const { fail, timer } of this.#transactions) {
      clearTimeout(timer)
      fail(closed())
    }
    this.#transactions.clear()
  }

  get #timeout(): string {
    return `${this.#timeoutMs / 1000} s`
  }

  #wait(
    queue: Set<Waiting>,
    { resume, fail, timedOut }: Pick<Waiting, 'resume' | 'fail'> & { timedOut: () => EngineError },
  ): void {
    const timer = setTimeout(() => {
      queue.delete(waiting)
      fail(timedOut())
    }, this.#timeoutMs)
    const waiting: Waiting = { resume, fail, timer }
    queue.add(waiting)
  }

  #resume(queue: Set<Waiting>, waiting: Waiting): void {
    queue.delete(waiting)
    clearTimeout(waiting.timer)
    waiting.resume()
  }
}

const HINT =
  'A write that belongs to that transaction must be given its session; any other comes after the transaction has ended.'

function closed(): EngineError {
  return storageError('The database is closed')
}
