/**
 * A piece of a list that grows. `nextCursor` is opaque; give it back as `?cursor=` for what follows; null at the end. Only it tells
 * the end: a page may have fewer items than asked for, even none, and more follow.
 */
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
