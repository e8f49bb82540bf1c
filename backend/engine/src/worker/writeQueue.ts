import type { Request } from '../threads/protocol.ts'

/** The most commands in one group. A larger group only makes its first commands wait longer. */
const MAX_GROUP = 1000
/** A group of this size, about a hundred messages, gains nothing from more writes. */
const LARGE_GROUP_BYTES = 64 * 1024
/** The timer's resolution adds up to 1 ms. */
const PAUSE_MS = 2

/**
 * Collects the writes of the next group. Under load, a group waits a little for more writes: each commit writes the
 * pages of all indexes and a sync, so a few large groups cost much less than many small ones. Otherwise a group is
 * committed at once.
 */
export class WriteQueue {
  readonly #commit: (group: readonly Request[]) => void
  readonly #afterPause: () => void
  #waiting: Request[] = []
  #bytes = 0
  #pause: NodeJS.Timeout | undefined

  /** `afterPause` is called after a commit that had to wait. */
  constructor(commit: (group: readonly Request[]) => void, afterPause: () => void) {
    this.#commit = commit
    this.#afterPause = afterPause
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_GROUP
  }

  add(requests: readonly Request[]): void {
    this.#waiting.push(...requests)
    for (const { command } of requests) this.#bytes += command.length
  }

  /** Commits the writes now or after a pause. Returns whether it committed any. */
  commitSoon(isLoaded: boolean): boolean {
    const isLarge = this.isFull || this.#bytes >= LARGE_GROUP_BYTES
    if (isLarge || (!isLoaded && this.#pause === undefined)) return this.commit()
    if (this.#waiting.length > 0) {
      this.#pause ??= setTimeout(() => {
        this.commit()
        this.#afterPause()
      }, PAUSE_MS)
    }
    return false
  }

  /** Commits the writes now. Returns whether there were any. */
  commit(): boolean {
    clearTimeout(this.#pause)
    this.#pause = undefined
    if (this.#waiting.length === 0) return false
    const group = this.#waiting
    this.#waiting = []
    this.#bytes = 0
    this.#commit(group)
    return true
  }
}
