import { serverError, storageError, transientError, type EngineError } from './errors.ts'

interface Waiting {
  go: () => void
  fail: (error: EngineError) => void
  timer: NodeJS.Timeout
}

/**
 * Who may write: everybody, or one transaction alone. While one is open, ordinary writes and further transactions wait; when
 * it ends, the writes go first, together, and then the next transaction. Nobody waits for ever: whoever waits for a write
 * within the transaction that it waits for would never come to end it.
 */
export class Gate {
  readonly #patienceMs: number
  readonly #writes = new Set<Waiting>()
  readonly #entering = new Set<Waiting>()
  #held = false
  #shut = false

  /** @param patienceMs how long anybody waits */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** Whether a transaction is open. */
  get held(): boolean {
    return this.#held
  }

  /** How many wait. */
  get waiting(): number {
    return this.#writes.size + this.#entering.size
  }

  /**
   * Sends a write as soon as no transaction is open.
   * @throws LockTimeout (24); then it was not sent
   */
  pass<T>(send: () => Promise<T>): Promise<T> {
    if (!this.#held) return send()
    return new Promise((resolve, reject) => {
      this.#wait(this.#writes, {
        go: () => void send().then(resolve, reject),
        fail: reject,
        tired: () =>
          serverError(24, 'LockTimeout', `A write waited ${this.#patience} for a transaction that is open. ${HINT}`),
      })
    })
  }

  /**
   * Resolves when the caller alone may write; give it back with `leave`.
   * @throws LockTimeout (24), as a transient error
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
          transientError(24, 'LockTimeout', `A transaction waited ${this.#patience} for another one that is open.`),
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

  /** Lets no transaction in any more. */
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
