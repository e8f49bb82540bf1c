import { orderTime } from './orderClock.ts'

/** The current time and a timer. Tests use a clock that they advance themselves. */
export interface Clock {
  now(): Date
  /** Runs `work` once, later. It does not keep the process alive. Returns a function that cancels it. */
  after(milliseconds: number, work: () => Promise<void>): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, work) {
    const timer = setTimeout(() => void work(), milliseconds).unref()
    return () => clearTimeout(timer)
  },
}

/** The clock of order, for lengths of time that are stored: it never goes back. */
export const orderClock: Clock = { now: orderTime, after: systemClock.after }
