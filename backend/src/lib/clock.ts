/** What the time is, and when to go on; tests have one that they turn themselves. */
export interface Clock {
  now(): Date
  /** Does something later, once; it does not keep the process alive. Returns how to call it off. */
  after(milliseconds: number, work: () => Promise<void>): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, work) {
    const timer = setTimeout(() => void work(), milliseconds).unref()
    return () => clearTimeout(timer)
  },
}
