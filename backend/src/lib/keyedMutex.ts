/**
 * Runs the tasks of one key one after the other, in the order of the calls. Tasks of different keys run at the same
 * time.
 */
export type KeyedMutex = <T>(key: string, task: () => Promise<T>) => Promise<T>

/** Makes a mutex within this process. */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>()
  return (key, task) => {
    const run = (last.get(key) ?? Promise.resolve()).then(task, task)
    last.set(key, run)
    const forget = () => {
      if (last.get(key) === run) last.delete(key)
    }
    run.then(forget, forget)
    return run
  }
}
