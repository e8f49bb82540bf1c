/** Runs tasks `atOnce` at a time. The keys take turns, so a key with many tasks delays the others by one task, not by all of them. */
export type FairQueue = <T>(key: string, task: () => Promise<T>) => Promise<T>

export function createFairQueue(atOnce: number): FairQueue {
  /** The waiting tasks by key, in the order of the keys' next turns. */
  const waiting = new Map<string, (() => void)[]>()
  let running = 0

  function runNext(): void {
    for (const [key, tasks] of waiting) {
      if (running >= atOnce) return
      const start = tasks.shift()
      // The key goes to the end of the line.
      waiting.delete(key)
      if (tasks.length > 0) waiting.set(key, tasks)
      running += 1
      start?.()
    }
  }

  return (key, task) =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        task()
          .then(resolve, reject)
          .finally(() => {
            running -= 1
            runNext()
          })
      }
      const tasks = waiting.get(key)
      if (tasks) tasks.push(start)
      else waiting.set(key, [start])
      runNext()
    })
}
