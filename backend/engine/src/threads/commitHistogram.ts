import type { CommitMetrics } from '../metrics.ts'
import type { Commit } from './protocol.ts'

/** From one sync of a fast disk to a delay that a user notices, in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** Collects the durations of commits in a histogram. */
export class CommitHistogram {
  #count = 0
  #seconds = 0
  #commands = 0
  readonly #upTo = BOUNDS.map((seconds) => ({ seconds, count: 0 }))

  add({ seconds, commands }: Commit): void {
    this.#count++
    this.#seconds += seconds
    this.#commands += commands
    for (const bucket of this.#upTo) if (seconds <= bucket.seconds) bucket.count++
  }

  get metrics(): CommitMetrics {
    return {
      count: this.#count,
      seconds: this.#seconds,
      commands: this.#commands,
      buckets: this.#upTo.map((bucket) => ({ ...bucket })),
    }
  }
}
