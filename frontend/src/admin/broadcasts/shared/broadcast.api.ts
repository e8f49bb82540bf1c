import type {
  Broadcast,
  BroadcastId,
  BroadcastPage,
  BroadcastPreview,
  BroadcastQuery,
  BroadcastRevision,
  DraftBroadcastInput,
  EditDraftInput,
  LedgerCounts,
  LedgerEntry,
  Page,
  RecipientState,
  RemindInput,
  Reminded,
  ReviseBroadcastInput,
} from 'backend/contract'
import { get, post, remove, request } from '../../../connection/http.client.ts'
import { apiUrl } from '../../../lib/serverOrigin.ts'

/** The broadcasts of the REST API, for admins. Every function throws ApiProblem. */

/** Newest first. */
export const listBroadcasts = (query: BroadcastQuery) => get<BroadcastPage>(ALL, query)
export const getBroadcast = (id: BroadcastId) => get<Broadcast>(urlOf(id))
export const createDraft = (input: DraftBroadcastInput) => post<Broadcast>(ALL, input)
/** A cancelled one is a draft again. */
export const editDraft = (id: BroadcastId, input: EditDraftInput) =>
  request<Broadcast>({ url: urlOf(id), data: input, method: 'patch' })
/** Of one that was sent. */
export const reviseBroadcast = (id: BroadcastId, input: ReviseBroadcastInput) =>
  request<Broadcast>({ url: urlOf(id), data: input, method: 'patch' })
export const deleteDraft = (id: BroadcastId) => remove(urlOf(id))
/** How many would get it now. */
export const previewCount = (id: BroadcastId) => post<BroadcastPreview>(`${urlOf(id)}/preview-count`, {})
/** At once, or at its time when that lies ahead. */
export const sendBroadcast = (id: BroadcastId) => post<Broadcast>(`${urlOf(id)}/send`, {})
/** Of one that is scheduled. */
export const cancelBroadcast = (id: BroadcastId) => post<Broadcast>(`${urlOf(id)}/cancel`, {})
/** Oldest first, the newest last. */
export const listRevisions = (id: BroadcastId) => get<{ items: BroadcastRevision[] }>(`${urlOf(id)}/revisions`)

export interface LedgerQuery {
  state?: RecipientState | undefined
  /** A prefix of a name. */
  q?: string | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

export const ledgerCounts = (id: BroadcastId) => get<LedgerCounts>(`${urlOf(id)}/counts`)
/** In the order of people's ids. */
export const listLedger = (id: BroadcastId, query: LedgerQuery) => get<Page<LedgerEntry>>(`${urlOf(id)}/ledger`, query)
export const remindAll = (id: BroadcastId, input: RemindInput) => post<Reminded>(`${urlOf(id)}/remind`, input)
export const stopReminding = (id: BroadcastId) => request<Broadcast>({ url: `${urlOf(id)}/remind`, method: 'delete' })
/** Every recipient, as a file to download. */
export const ledgerCsvUrl = (id: BroadcastId): string => apiUrl(`${urlOf(id)}/ledger.csv`)

const ALL = '/admin/broadcasts'
const urlOf = (id: BroadcastId): string => `${ALL}/${encodeURIComponent(id)}`
