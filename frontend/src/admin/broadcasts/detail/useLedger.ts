import {
  LIMITS,
  type BroadcastId,
  type LedgerCounts,
  type LedgerEntry,
  type Page,
  type RecipientState,
} from 'backend/contract'
import { useEffect, useRef } from 'react'
import { useAdminPages, type AdminPages, type LoadedPage } from '../../shared/useAdminPages.ts'
import { listLedger } from '../shared/broadcast.api.ts'

const SEARCH_DELAY_MS = 200
/** Hundreds of recipients may acknowledge at once, so the list loads again at most this often. */
const REFRESH_MS = 1500

type LedgerPage = Page<LedgerEntry>

/** Loads the recipients of a broadcast by state and name, and again, quietly, whenever its counts change. */
export function useLedger(
  id: BroadcastId,
  state: RecipientState | undefined,
  search: string,
  counts: LedgerCounts | undefined,
): AdminPages<LedgerPage> {
  const q = search.trim() || undefined
  const ledger = useAdminPages(
    ['ledger', id, state, q],
    (cursor) => listLedger(id, { state, q, cursor }),
    q === undefined ? 0 : SEARCH_DELAY_MS,
  )
  const { status, update } = ledger
  const isLoading = status === 'loading'
  const asked = useRef(counts)
  useEffect(() => {
    if (isLoading || asked.current === counts) return
    let current = true
    const timer = setTimeout(() => {
      asked.current = counts
      listLedger(id, { state, q, limit: LIMITS.pageMax }).then(
        (page) => {
          if (current) update((pages) => [refreshed(pages, page)])
        },
        // The list stays as it is; the next change asks again.
        () => {},
      )
    }, REFRESH_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [isLoading, counts, id, state, q, update])
  return ledger
}

/** Returns a fresh first page, followed by the entries that were loaded beyond its end. Both are ordered by user id. */
function refreshed(pages: LoadedPage<LedgerPage>[], page: LedgerPage): LoadedPage<LedgerPage> {
  const end = page.items.at(-1)?.user.id
  const entries = pages.flatMap(({ items }) => items)
  const beyond = end === undefined || page.nextCursor === null ? [] : entries.filter(({ user }) => user.id > end)
  const nextCursor = beyond.length > 0 ? (pages.at(-1)?.page.nextCursor ?? null) : page.nextCursor
  return { page: { ...page, nextCursor }, items: [...page.items, ...beyond], removed: 0 }
}
