/** Keeps the values that were put last, at most a fixed number of them. */
export interface FifoCache<V> {
  get(key: string): V | undefined
  put(key: string, value: V): void
  delete(key: string): void
  clear(): void
}

/** Creates an empty cache of at most `max` values, for what rarely or never changes but is looked up often. */
export function createFifoCache<V>(max: number): FifoCache<V> {
  const values = new Map<string, V>()
  return {
    get: (key) => values.get(key),
    put(key, value) {
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.keys()
      if (values.size > max && oldest !== undefined) values.delete(oldest)
    },
    delete: (key) => void values.delete(key),
    clear: () => values.clear(),
  }
}
