import type { AcknowledgeInput, BroadcastId, LedgerEntry, OwnLedgerRow, PendingBroadcast } from 'backend/contract'
import { get, post } from '../connection/http.client.ts'

/** The REST API of announcements that this user received. Every function throws ApiProblem. */

/** `LIMITS.broadcastIdsMax` at most; what did not go to one is left out. */
export const ownLedgerRows = (ids: BroadcastId[]) =>
  get<{ items: OwnLedgerRow[] }>('/broadcasts/mine', { ids: ids.join(',') })
/** What waits for one's acknowledgement, and what is urgent until it is opened. */
export const pendingBroadcasts = () => get<{ items: PendingBroadcast[] }>('/broadcasts/pending')
/** Repeat freely. */
export const acknowledgeBroadcast = (id: BroadcastId, input: AcknowledgeInput) =>
  post<LedgerEntry>(`/broadcasts/${encodeURIComponent(id)}/acknowledge`, input)
