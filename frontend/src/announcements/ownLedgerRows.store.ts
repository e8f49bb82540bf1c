import { LIMITS, type BroadcastId, type OwnLedgerRow } from 'backend/contract'
import { create } from 'zustand'
import { ownLedgerRows } from './announcement.api.ts'

interface OwnLedgerRowsState {
  /** What the ledger has of the person; null: it was not sent to them. Nothing: the server has not said it. */
  byId: Readonly<Record<BroadcastId, OwnLedgerRow | null>>
}

/** The person's own rows of the ledger, of the announcements that they have looked at. */
export const useOwnLedgerRows = create<OwnLedgerRowsState>()(() => ({ byId: {} }))

/** Another person's answers do not count. */
let generation = 0
const asked = new Set<BroadcastId>()
let due: BroadcastId[] = []

/** Somebody looks at it: asks the server, once a connection. What is asked for in one go becomes one request. */
export function requestOwnLedgerRow(id: BroadcastId): void {
  if (asked.has(id)) return
  asked.add(id)
  if (due.push(id) === 1) queueMicrotask(askForDue)
}

/** There is a connection: asks anew, as other devices may have acknowledged meanwhile. */
export function resumeOwnLedgerRows(): void {
  const { byId } = useOwnLedgerRows.getState()
  const again = [...asked].filter((id) => byId[id] !== null)
  for (const id of again) asked.delete(id)
  again.forEach(requestOwnLedgerRow)
}

export function forgetOwnLedgerRows(): void {
  generation += 1
  asked.clear()
  due = []
  useOwnLedgerRows.setState(useOwnLedgerRows.getInitialState(), true)
}

function askForDue(): void {
  const ids = due
  due = []
  for (let from = 0; from < ids.length; from += LIMITS.broadcastIdsMax)
    void fetchRows(ids.slice(from, from + LIMITS.broadcastIdsMax))
}

async function fetchRows(ids: BroadcastId[]): Promise<void> {
  const mine = generation
  try {
    const { items } = await ownLedgerRows(ids)
    if (mine !== generation) return
    const rows = new Map(items.map((row) => [row.broadcastId, row]))
    useOwnLedgerRows.setState(({ byId }) => ({
      byId: { ...byId, ...Object.fromEntries(ids.map((id) => [id, rows.get(id) ?? null])) },
    }))
  } catch {
    // The next connection asks again: until then nothing is claimed.
  }
}
