import type { AcknowledgeInput, BroadcastId, LedgerEntry, OwnLedgerRow, PendingBroadcast } from 'backend/contract'
import { get, post } from '../connection/http.client.ts'

/** The REST API of announcements that this user received. Every function throws ApiProblem. */

/** Returns at most `LIMITS.broadcastIdsMax` broadcasts. One that the user did not receive is left out. */
export const ownLedgerRows = (ids: BroadcastId[]) =>
  get<{ items: OwnLedgerRow[] }>('/broadcasts/mine', { ids: ids.join(',') })
/** Returns the broadcasts that wait for the user's acknowledgement, and urgent ones until they are opened. */
export const pendingBroadcasts = () => get<{ items: PendingBroadcast[] }>('/broadcasts/pending')
/** Acknowledges a broadcast. A repeat has no effect. */
export const acknowledgeBroadcast = (id: BroadcastId, input: AcknowledgeInput) =>
  post<LedgerEntry>(`/broadcasts/${encodeURIComponent(id)}/acknowledge`, input)
