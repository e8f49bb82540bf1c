/** A piece of a list that grows. `nextCursor` is opaque; give it back as `?cursor=` for what follows; null at the end. */
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
