/** Keeps the values that were put last, at most `max` of them: for what never changes but is looked up often. */
export function createFifoCache<V>(max: number): { get(key: string): V | undefined; put(key: string, value: V): void } {
  const values = new Map<string, V>()
  return {
    get: (key) => values.get(key),
    put(key, value) {
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.keys()
      if (values.size > max && oldest !== undefined) values.delete(oldest)
    },
  }
}
