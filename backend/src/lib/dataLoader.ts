/** The most keys of one query. */
const KEYS_MAX = 200

/**
 * Creates a function that collects the look-ups of one turn of the event loop and makes them together. Under load, one
 * query answers many look-ups.
 * @param find returns the values that exist for these keys
 */
export function createDataLoader<V>(
  find: (keys: string[]) => Promise<ReadonlyMap<string, V>>,
): (keys: readonly string[]) => Promise<ReadonlyMap<string, V>> {
  let wanted = new Set<string>()
  let found: Promise<ReadonlyMap<string, V>> | undefined

  function begin(): Promise<ReadonlyMap<string, V>> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        const keys = [...wanted]
        wanted = new Set()
        found = undefined
        const parts: string[][] = []
        for (let from = 0; from < keys.length; from += KEYS_MAX) parts.push(keys.slice(from, from + KEYS_MAX))
        Promise.all(parts.map(find)).then((found) => resolve(new Map(found.flatMap((part) => [...part]))), reject)
      })
    })
  }

  return (keys) => {
    for (const key of keys) wanted.add(key)
    return (found ??= begin())
  }
}
