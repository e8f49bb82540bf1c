import { setTimeout as delay } from 'node:timers/promises'

/** What a long work calls after each of its steps. */
export interface Pace<K> {
  /** @param done how many of a kind, since the last call */
  step(kind?: K, done?: number): Promise<void>
}

/**
 * Rests as long as it has worked, so that others have half of the time at least.
 * @param sign hears of each step; what it throws ends the work
 */
export function paced<K>(sign: (kind: K | undefined, done: number) => Promise<void>): Pace<K> {
  let since = performance.now()
  return {
    async step(kind, done = 0) {
      await sign(kind, done)
      await delay(performance.now() - since)
      since = performance.now()
    },
  }
}
