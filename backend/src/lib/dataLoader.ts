/**
 * Look-ups that are asked for in one turn of the event loop are made together: under load a query answers many.
 * @param find all that is there of these keys
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
        find(keys).then(resolve, reject)
      })
    })
  }

  return (keys) => {
    for (const key of keys) wanted.add(key)
    return (found ??= begin())
  }
}
