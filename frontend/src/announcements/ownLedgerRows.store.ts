import { LIMITS, type BroadcastId, type OwnLedgerRow } from 'backend/contract'
import { create } from 'zustand'
import { createDataLoader } from '../lib/dataLoader.ts'
import { ownLedgerRows } from './announcement.api.ts'

interface OwnLedgerRowsState {
  /** What the ledger has of the person; null: it was not sent to them. Nothing: the server has not said it. */
  byId: Readonly<Record<BroadcastId, OwnLedgerRow | null>>
}

/** The person's own rows of the ledger, of the announcements that they have looked at. */
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

export function forgetOwnLedgerRows(): void {
  loader.forget()
  useOwnLedgerRows.setState(useOwnLedgerRows.getInitialState(), true)
}
