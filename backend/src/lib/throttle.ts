import { setTimeout as sleep } from 'node:timers/promises'

/** Slows a long background task, so that requests keep at least half of the time. */
export interface Throttle<K> {
  /** Called after each step of the task. @param done how many of a kind were done since the last call */
  step(kind?: K, done?: number): Promise<void>
}

/**
 * Makes a throttle that sleeps as long as the last step took.
 * @param onStep called at each step; an error it throws ends the task
 */
export function createThrottle<K>(onStep: (kind: K | undefined, done: number) => Promise<void>): Throttle<K> {
  let since = performance.now()
  return {
    async step(kind, done = 0) {
      await onStep(kind, done)
      await sleep(performance.now() - since)
      since = performance.now()
    },
  }
}
