/**
 * Keeps the live events that arrive while a request waits for its answer. The answer may be older than they are, so they are
 * applied to it again. Each must do no harm when it is applied twice.
 */
export interface EarlyEvents<T> {
  /** Takes an event. It is dropped when no answer is awaited. */
  note(event: T): void
  /**
   * Awaits the answer, and passes it on with the events that came since the request. An error is thrown on.
   * @param answer an answer whose request has just been sent
   */
  during<A, R>(answer: Promise<A>, work: (answer: A, early: readonly T[]) => R): Promise<R>
}

/** Creates an empty keeper. */
export function createEarlyEvents<T>(): EarlyEvents<T> {
  let waiting = 0
  let kept: T[] = []
  return {
    note(event) {
      if (waiting > 0) kept.push(event)
    },
    async during(answer, work) {
      const since = kept.length
      waiting += 1
      try {
        const value = await answer
        return work(value, kept.slice(since))
      } finally {
        waiting -= 1
        if (waiting === 0) kept = []
      }
    },
  }
}
