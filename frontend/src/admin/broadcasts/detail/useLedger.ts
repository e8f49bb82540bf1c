import {
  LIMITS,
  type BroadcastId,
  type LedgerCounts,
  type LedgerEntry,
  type Page,
  type Problem,
  type RecipientState,
} from 'backend/contract'
import { useEffect, useRef, useState } from 'react'
import { listLedger } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'

const SEARCH_DELAY_MS = 200
/** Hundreds acknowledge at once: names follow the counts, at this pace. */
const REFRESH_MS = 1500

interface Shown {
  /** What was asked for, so that an answer to something else is known as such. */
  key: string
  entries: LedgerEntry[]
  nextCursor: string | null
  problem: Problem | null
}

interface LedgerView {
  status: 'loading' | 'ready' | 'error'
  entries: LedgerEntry[]
  problem: Problem | null
  hasMore: boolean
  loadingMore: boolean
  /** Throws ApiProblem. */
  loadMore(): Promise<void>
  retry(): void
}

/** The recipients of a broadcast in a state, and by name; asked for anew, quietly, whenever its counts change. */
export function useLedger(
  id: BroadcastId,
  state: RecipientState | undefined,
  search: string,
  counts: LedgerCounts | undefined,
): LedgerView {
  const [shown, setShown] = useState<Shown | null>(null)
  const [attempt, setAttempt] = useState(0)
  const [loadingMore, setLoadingMore] = useState(false)
  const q = search.trim() || undefined
  const key = `${state ?? ''} ${q ?? ''} ${attempt}`
  const answered = shown?.key === key
  const asked = useRef(counts)

  useEffect(() => {
    let current = true
    const timer = setTimeout(
      () => {
        listLedger(id, { state, q }).then(
          (page) => {
            if (current) setShown({ key, entries: page.items, nextCursor: page.nextCursor, problem: null })
          },
          (error: unknown) => {
            if (current) setShown({ key, entries: [], nextCursor: null, problem: asProblem(error) })
          },
        )
      },
      q === undefined ? 0 : SEARCH_DELAY_MS,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [id, state, q, key])

  useEffect(() => {
    if (!answered || asked.current === counts) return
    let current = true
    const timer = setTimeout(() => {
      asked.current = counts
      listLedger(id, { state, q, limit: LIMITS.pageMax }).then(
        (page) => {
          if (current) setShown((now) => (now?.key === key ? { ...now, ...refreshed(now, page) } : now))
        },
        // What is shown stays; the next change asks again.
        () => {},
      )
    }, REFRESH_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [answered, counts, id, state, q, key])

  async function loadMore(): Promise<void> {
    if (!answered || shown.nextCursor === null || loadingMore) return
    setLoadingMore(true)
    try {
      const page = await listLedger(id, { state, q, cursor: shown.nextCursor })
      setShown((now) =>
        now?.key === key ? { ...now, entries: [...now.entries, ...page.items], nextCursor: page.nextCursor } : now,
      )
    } finally {
      setLoadingMore(false)
    }
  }

  return {
    status: !answered ? 'loading' : shown.problem ? 'error' : 'ready',
    // The former answer stays while the next one is on its way, so that the list does not flicker.
    entries: shown?.entries ?? [],
    problem: answered ? shown.problem : null,
    hasMore: answered && shown.nextCursor !== null,
    loadingMore,
    loadMore,
    retry: () => setAttempt((count) => count + 1),
  }
}

/** A fresh first page, and after it what was loaded beyond its end. Both are in the order of people's ids. */
function refreshed({ entries, nextCursor }: Shown, page: Page<LedgerEntry>): Pick<Shown, 'entries' | 'nextCursor'> {
  const end = page.items.at(-1)?.user.id
  const beyond = end === undefined || page.nextCursor === null ? [] : entries.filter(({ user }) => user.id > end)
  return { entries: [...page.items, ...beyond], nextCursor: beyond.length > 0 ? nextCursor : page.nextCursor }
}
