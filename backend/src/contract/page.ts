/**
 * A page of a list that may grow. `nextCursor` is opaque: send it back as `?cursor=` for the next page. Null marks the
 * end, and only null does: a page may have fewer items than the limit, or none, when more follow.
 */
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
