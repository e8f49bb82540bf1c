import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { Page, Problem } from 'backend/contract'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { asProblem } from '../../connection/problem.model.ts'

type ItemOf<P extends Page<unknown>> = P['items'][number]

/** One answer of the server and what became of its items since. */
export interface LoadedPage<P extends Page<unknown>> {
  page: P
  items: readonly ItemOf<P>[]
  /** The number of items that were taken out since the answer came. */
  removed: number
}

export interface AdminPages<P extends Page<unknown>> {
  status: 'loading' | 'ready' | 'error'
  items: readonly ItemOf<P>[]
  /** The newest page, for the fields beside its items; null before the first. */
  page: P | null
  /** The number of items that were taken out since that page came. */
  removed: number
  problem: Problem | null
  hasMore: boolean
  loadingMore: boolean
  /** Rejects when the page cannot be loaded. */
  loadMore(): Promise<void>
  retry(): void
  /** Replaces each item with the result; null takes the item out. */
  change(result: (item: ItemOf<P>) => ItemOf<P> | null): void
  /** Adds a new item at the front. */
  add(item: ItemOf<P>): void
  /** Replaces the loaded pages. */
  update(result: (pages: LoadedPage<P>[]) => LoadedPage<P>[]): void
}

type Cursor = string | undefined

/**
 * Loads a list of the admin API page by page. Only the answer to the newest request counts. The previous answer stays
 * until it comes, so that the list does not flicker.
 * @param key the name of the list and every value that `ask` depends on
 * @param delay ms to wait before a new key is asked for, while the user types
 */
export function useAdminPages<P extends Page<unknown>>(
  key: readonly unknown[],
  ask: (cursor?: string) => Promise<P>,
  delay = 0,
): AdminPages<P> {
  const client = useQueryClient()
  const wanted = JSON.stringify(key)
  const settled = useSettled(wanted, delay)
  const query = useInfiniteQuery({
    queryKey: [settled],
    queryFn: async ({ pageParam }): Promise<LoadedPage<P>> => {
      const page = await ask(pageParam)
      return { page, items: page.items, removed: 0 }
    },
    initialPageParam: undefined as Cursor,
    getNextPageParam: ({ page }): Cursor => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })

  const update = useCallback(
    (result: (pages: LoadedPage<P>[]) => LoadedPage<P>[]) =>
      client.setQueryData<InfiniteData<LoadedPage<P>, Cursor>>([settled], (now) => {
        if (!now) return now
        const pages = result(now.pages)
        return { pages, pageParams: now.pageParams.slice(0, pages.length) }
      }),
    [client, settled],
  )
  const change = useCallback(
    (result: (item: ItemOf<P>) => ItemOf<P> | null) =>
      update((pages) => {
        let removed = 0
        const changed = pages.map(({ page, items: all, removed: before }) => {
          const kept = all.map(result).filter((item) => item !== null)
          removed += all.length - kept.length
          return { page, items: kept, removed: before }
        })
        const last = changed.at(-1)
        return last ? [...changed.slice(0, -1), { ...last, removed: last.removed + removed }] : changed
      }),
    [update],
  )
  const add = useCallback(
    (item: ItemOf<P>) =>
      update((pages) => pages.map((page, at) => (at === 0 ? { ...page, items: [item, ...page.items] } : page))),
    [update],
  )

  const { data, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = query
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  const newest = data?.pages.at(-1)
  const isAnswered = settled === wanted && !isPlaceholderData && !query.isPending
  const hasMore = isAnswered && hasNextPage
  const problem = isAnswered && !data ? asProblem(query.error) : null
  return {
    status: !isAnswered ? 'loading' : problem ? 'error' : 'ready',
    items,
    page: newest?.page ?? null,
    removed: newest?.removed ?? 0,
    problem,
    hasMore,
    loadingMore: isFetchingNextPage,
    async loadMore() {
      if (hasMore) await fetchNextPage({ throwOnError: true })
    },
    retry: () => void refetch(),
    update,
    change,
    add,
  }
}

/** Returns the value once it has not changed for `delay` ms; without a delay at once. */
function useSettled(value: string, delay: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(setSettled, delay, value)
    return () => clearTimeout(timer)
  }, [value, delay])
  return delay === 0 ? value : settled
}
