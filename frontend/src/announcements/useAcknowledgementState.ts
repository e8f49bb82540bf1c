import type { BroadcastMark, PendingBroadcast, Problem } from 'backend/contract'
import { useEffect } from 'react'
import { requestOwnLedgerRow, useOwnLedgerRows } from './ownLedgerRows.store.ts'
import { hasExpired, usePendingBroadcasts } from './pendingBroadcasts.store.ts'

/** The action that an announcement asks of the user. */
export type AcknowledgementState =
  | { state: 'nothing' }
  /** `problem` is set when the server refused the last attempt. */
  | { state: 'asked'; item: PendingBroadcast; problem: Problem | null }
  /** Acknowledged on this device; the server does not have it yet. */
  | { state: 'sending'; at: string }
  /** Acknowledged on any device. */
  | { state: 'acknowledged'; at: string }
  /** It was asked, and the time has ended. */
  | { state: 'over' }

interface Announcement {
  mark: BroadcastMark | null
  own: boolean
  deleted: boolean
}

/** A user without a row in the ledger, for example one who joined later, is asked for nothing. */
export function useAcknowledgementState({ mark, own, deleted }: Announcement): AcknowledgementState {
  const id = mark?.needsAcknowledgement && !own && !deleted ? mark.id : null
  const item = usePendingBroadcasts(({ items }) => items.find((each) => each.id === id))
  const made = usePendingBroadcasts(({ acknowledged }) => (id === null ? undefined : acknowledged[id]))
  const problem = usePendingBroadcasts(({ refused }) => (id === null ? null : (refused[id] ?? null)))
  const row = useOwnLedgerRows(({ byId }) => (id === null ? undefined : byId[id]))
  useEffect(() => {
    if (id !== null) requestOwnLedgerRow(id)
  }, [id])

  if (!mark || id === null) return NOTHING
  if (made && made.revision >= mark.materialRevision)
    return made.sent ? { state: 'acknowledged', at: made.at } : { state: 'sending', at: made.at }
  if (row && row.acknowledgedAt !== null && (row.acknowledgedRevision ?? 0) >= mark.materialRevision)
    return { state: 'acknowledged', at: row.acknowledgedAt }
  if (hasExpired(mark)) return row ? { state: 'over' } : NOTHING
  // A waiting broadcast asks for acknowledgement.
  return item ? { state: 'asked', item, problem } : NOTHING
}

const NOTHING: AcknowledgementState = { state: 'nothing' }
