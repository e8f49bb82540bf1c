/**
 * Runs tasks `atOnce` at a time. The groups take turns, and the keys of a group take turns in it. So a group or a key
 * with many tasks delays the others by one task, not by all of them.
 */
export interface FairQueue {
  run<T>(turn: Turn, task: () => Promise<T>): Promise<T>
  /** Counts the tasks that wait: all of them, those of one group, and those of one key. */
  waiting(turn: Turn): { ofAll: number; ofGroup: number; ofKey: number }
}

/** Where a task stands in the queue, such as an address and an account. */
export interface Turn {
  group: string
  key?: string
}

type Start = () => void

/** Creates a queue that runs `atOnce` tasks at a time. */
export function createFairQueue(atOnce: number): FairQueue {
  /** The waiting tasks by group and key, each in the order of the next turns. */
  const groups = new Map<string, Map<string, Start[]>>()
  let running = 0
  let count = 0

  function takeNext(): Start | undefined {
    for (const [group, keys] of groups) {
      for (const [key, tasks] of keys) {
        const start = tasks.shift()
        // A key and a group that had their turn go to the end.
        keys.delete(key)
        if (tasks.length > 0) keys.set(key, tasks)
        groups.delete(group)
        if (keys.size > 0) groups.set(group, keys)
        return start
      }
    }
    return undefined
  }

  function runNext(): void {
    while (running < atOnce) {
      const start = takeNext()
      if (!start) return
      count -= 1
      running += 1
      start()
    }
  }

  function add({ group, key = '' }: Turn, start: Start): void {
    const keys = groups.get(group) ?? new Map<string, Start[]>()
    groups.set(group, keys)
    const tasks = keys.get(key)
    if (tasks) tasks.push(start)
    else keys.set(key, [start])
    count += 1
    runNext()
  }

  return {
    run: (turn, task) =>
      new Promise((resolve, reject) => {
        add(turn, () => {
          task()
            .then(resolve, reject)
            .finally(() => {
              running -= 1
              runNext()
            })
        })
      }),
    waiting({ group, key = '' }) {
      const keys = groups.get(group)
      const ofGroup = [...(keys?.values() ?? [])].reduce((sum, tasks) => sum + tasks.length, 0)
      return { ofAll: count, ofGroup, ofKey: keys?.get(key)?.length ?? 0 }
    },
  }
}
