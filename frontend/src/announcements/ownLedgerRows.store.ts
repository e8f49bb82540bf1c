import { LIMITS, type BroadcastId, type OwnLedgerRow } from 'backend/contract'
import { create } from 'zustand'
import { createDataLoader } from '../lib/dataLoader.ts'
import { ownLedgerRows } from './announcement.api.ts'

interface OwnLedgerRowsState {
  /** The user's row in the ledger of a broadcast; null when they are no recipient; absent while unknown. */
  byId: Readonly<Record<BroadcastId, OwnLedgerRow | null>>
}

/** The user's own ledger rows of the announcements that were on the screen. */
export const useOwnLedgerRows = create<OwnLedgerRowsState>()(() => ({ byId: {} }))

const loader = createDataLoader<BroadcastId, { items: OwnLedgerRow[] }>({
  batchMax: LIMITS.broadcastIdsMax,
  fetch: ownLedgerRows,
  loaded({ items }, ids) {
    const rows = new Map(items.map((row) => [row.broadcastId, row]))
    useOwnLedgerRows.setState(({ byId }) => ({
      byId: { ...byId, ...Object.fromEntries(ids.map((id) => [id, rows.get(id) ?? null])) },
    }))
  },
  // A failed id stays requested: the next connection asks again.
})

/** Asks the server for the row of an announcement that is on the screen, once for each connection. */
export function requestOwnLedgerRow(id: BroadcastId): void {
  loader.request(id)
}

/** Asks again after a reconnection, because other devices may have acknowledged meanwhile. */
export function resumeOwnLedgerRows(): void {
  const { byId } = useOwnLedgerRows.getState()
  const again = loader.requested().filter((id) => byId[id] !== null)
  loader.release(again)
  again.forEach(loader.request)
}

/** Forgets all rows, at the end of a session. */
export function forgetOwnLedgerRows(): void {
  loader.forget()
  useOwnLedgerRows.setState(useOwnLedgerRows.getInitialState(), true)
}
