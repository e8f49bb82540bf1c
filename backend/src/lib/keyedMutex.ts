/** Runs tasks of one key one after the other, in the order in which they came; tasks of different keys at once. */
export type Turns = <T>(key: string, task: () => Promise<T>) => Promise<T>

/** In this process. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return (key, task) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task, task)
    last.set(key, turn)
    const leave = () => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(leave, leave)
    return turn
  }
}
