import type { Page, Problem } from 'backend/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { asProblem } from '../../connection/problem.model.ts'

export interface AdminPages<T, P> {
  status: 'loading' | 'ready' | 'error'
  items: readonly T[]
  /** The newest page, for what it says beside its items; null before the first. */
  page: P | null
  /** How many were taken out since that page came. */
  removed: number
  problem: Problem | null
  hasMore: boolean
  loadingMore: boolean
  /** Rejects when it could not be loaded. */
  loadMore(): Promise<void>
  retry(): void
  /** What became of items by what was done to them: each is replaced, or taken out by null. */
  change(what: (item: T) => T | null): void
  /** A new one, at the front. */
  add(item: T): void
}

type ItemOf<P extends Page<unknown>> = P['items'][number]

interface Held<T, P> {
  key: string
  items: readonly T[]
  page: P | null
  removed: number
  problem: Problem | null
}

/**
 * A list of the admins' API, page after page. The last question wins, whichever answer comes first; the former answer stays until then.
 * @param key what `ask` asks for: another key, another list
 * @param delay ms to wait before asking, for what is typed
 */
export function useAdminPages<P extends Page<unknown>>(
  key: string,
  ask: (cursor?: string) => Promise<P>,
  delay = 0,
): AdminPages<ItemOf<P>, P> {
  type T = ItemOf<P>
  const [attempt, setAttempt] = useState(0)
  const [held, setHeld] = useState<Held<T, P> | null>(null)
  const [loadingMore, setLoadingMore] = useState(false)
  const wanted = `${key} ${attempt}`
  const asking = useRef(ask)
  useEffect(() => {
    asking.current = ask
  })

  useEffect(() => {
    let current = true
    const timer = setTimeout(() => {
      asking.current().then(
        (page) => {
          if (current) setHeld({ key: wanted, items: page.items, page, removed: 0, problem: null })
        },
        (error: unknown) => {
          if (current) setHeld({ key: wanted, items: [], page: null, removed: 0, problem: asProblem(error) })
        },
      )
    }, delay)
    return () => {
      current = false
      clearTimeout(timer)
    }
    // The key says when to ask; a delay that changes is none.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted])

  const answered = held?.key === wanted
  const cursor = answered ? (held.page?.nextCursor ?? null) : null

  const loadMore = useCallback(async () => {
    if (cursor === null) return
    setLoadingMore(true)
    try {
      const page = await asking.current(cursor)
      setHeld((now) => (now?.key === wanted ? { ...now, items: [...now.items, ...page.items], page, removed: 0 } : now))
    } finally {
      setLoadingMore(false)
    }
  }, [cursor, wanted])

  const change = useCallback((what: (item: T) => T | null) => {
    setHeld((now) => {
      if (!now) return now
      const items = now.items.map(what).filter((item) => item !== null)
      return { ...now, items, removed: now.removed + now.items.length - items.length }
    })
  }, [])
  const add = useCallback((item: T) => setHeld((now) => now && { ...now, items: [item, ...now.items] }), [])

  return {
    status: !answered ? 'loading' : held.problem ? 'error' : 'ready',
    items: held?.items ?? [],
    page: held?.page ?? null,
    removed: held?.removed ?? 0,
    problem: answered ? held.problem : null,
    hasMore: cursor !== null,
    loadingMore,
    loadMore,
    retry: () => setAttempt((count) => count + 1),
    change,
    add,
  }
}
