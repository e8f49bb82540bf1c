import { serverError, storageError, transientError, type EngineError } from './errors.ts'

interface Waiting {
  go: () => void
  fail: (error: EngineError) => void
  timer: NodeJS.Timeout
}

/**
 * Lets either all writes through, or one transaction alone. While a transaction is open, ordinary writes and further
 * transactions wait. When it ends, the waiting writes go first, all together, and then the next transaction. The wait
 * has a limit: a write that is awaited inside the transaction it waits for would otherwise wait for ever.
 */
export class Gate {
  readonly #patienceMs: number
  readonly #writes = new Set<Waiting>()
  readonly #entering = new Set<Waiting>()
  #held = false
  #shut = false

  /** @param patienceMs the longest wait */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** Returns whether a transaction is open. */
  get held(): boolean {
    return this.#held
  }

  /** Returns the number of waiting writes and transactions. */
  get waiting(): number {
    return this.#writes.size + this.#entering.size
  }

  /**
   * Sends a write as soon as no transaction is open.
   * @throws LockTimeout (24) without sending it
   */
  pass<T>(send: () => Promise<T>): Promise<T> {
    if (!this.#held) return send()
    return new Promise((resolve, reject) => {
      this.#wait(this.#writes, {
        go: () => void send().then(resolve, reject),
        fail: reject,
        tired: () =>
          serverError(24, 'LockTimeout', `A write waited ${this.#patience} for an open transaction. ${HINT}`),
      })
    })
  }

  /**
   * Resolves when the caller alone may write. Call `leave` afterwards.
   * @throws LockTimeout (24) as a transient error
   */
  enter(): Promise<void> {
    if (this.#shut) return Promise.reject(closed())
    if (!this.#held) {
      this.#held = true
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#wait(this.#entering, {
        go: resolve,
        fail: reject,
        tired: () =>
          transientError(24, 'LockTimeout', `A transaction waited ${this.#patience} for another open transaction.`),
      })
    })
  }

  leave(): void {
    this.#held = false
    for (const waiting of this.#writes) this.#release(this.#writes, waiting)
    const [next] = this.#entering
    if (next === undefined) return
    this.#held = true
    this.#release(this.#entering, next)
  }

  /** Refuses transactions from now on. */
  shut(): void {
    this.#shut = true
    for (const { fail, timer } of this.#entering) {
      clearTimeout(timer)
      fail(closed())
    }
    this.#entering.clear()
  }

  get #patience(): string {
    return `${this.#patienceMs / 1000} s`
  }

  #wait(queue: Set<Waiting>, { go, fail, tired }: Pick<Waiting, 'go' | 'fail'> & { tired: () => EngineError }): void {
    const timer = setTimeout(() => {
      queue.delete(waiting)
      fail(tired())
    }, this.#patienceMs)
    const waiting: Waiting = { go, fail, timer }
    queue.add(waiting)
  }

  #release(queue: Set<Waiting>, waiting: Waiting): void {
    queue.delete(waiting)
    clearTimeout(waiting.timer)
    waiting.go()
  }
}

const HINT =
  'A write that belongs to that transaction must be given its session; any other comes after the transaction has ended.'

function closed(): EngineError {
  return storageError('The database is closed')
}
