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
  SendBroadcastInput,
} from 'backend/contract'
import { get, post, remove, request } from '../../../connection/http.client.ts'
import { postOnce } from '../../../connection/repeatable.client.ts'
import { apiUrl } from '../../../lib/serverOrigin.ts'

/** The REST API of broadcasts, for admins. Every function throws ApiProblem. */

/** Lists broadcasts, newest first. */
export const listBroadcasts = (query: BroadcastQuery) => get<BroadcastPage>(ALL, query)
export const getBroadcast = (id: BroadcastId) => get<Broadcast>(urlOf(id))
export const createDraft = (input: DraftBroadcastInput) => postOnce<Broadcast>(ALL, input)
/** Changes a draft. A cancelled broadcast becomes a draft again. */
export const editDraft = (id: BroadcastId, input: EditDraftInput) =>
  request<Broadcast>({ url: urlOf(id), data: input, method: 'patch' })
/** Changes the text of a sent broadcast. */
export const reviseBroadcast = (id: BroadcastId, input: ReviseBroadcastInput) =>
  request<Broadcast>({ url: urlOf(id), data: input, method: 'patch' })
export const deleteDraft = (id: BroadcastId) => remove(urlOf(id))
/** Counts the recipients that a draft would have now. */
export const previewCount = (id: BroadcastId) => post<BroadcastPreview>(`${urlOf(id)}/preview-count`, {})
/** Sends a draft at once, or schedules it when its time is in the future. */
export const sendBroadcast = (id: BroadcastId, input: SendBroadcastInput) =>
  postOnce<Broadcast>(`${urlOf(id)}/send`, input)
/** Cancels a scheduled broadcast. */
export const cancelBroadcast = (id: BroadcastId) => post<Broadcast>(`${urlOf(id)}/cancel`, {})
/** Lists the sent texts, oldest first. */
export const listRevisions = (id: BroadcastId) => get<{ items: BroadcastRevision[] }>(`${urlOf(id)}/revisions`)

export interface LedgerQuery {
  state?: RecipientState | undefined
  /** A prefix of a name. */
  q?: string | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

export const ledgerCounts = (id: BroadcastId) => get<LedgerCounts>(`${urlOf(id)}/counts`)
/** Lists the recipients in the order of their user ids. */
export const listLedger = (id: BroadcastId, query: LedgerQuery) => get<Page<LedgerEntry>>(`${urlOf(id)}/ledger`, query)
export const remindAll = (id: BroadcastId, input: RemindInput) => postOnce<Reminded>(`${urlOf(id)}/remind`, input)
export const stopReminding = (id: BroadcastId) => request<Broadcast>({ url: `${urlOf(id)}/remind`, method: 'delete' })
/** Returns the address of a CSV file with all recipients. */
export const ledgerCsvUrl = (id: BroadcastId): string => apiUrl(`${urlOf(id)}/ledger.csv`)

const ALL = '/admin/broadcasts'
const urlOf = (id: BroadcastId): string => `${ALL}/${encodeURIComponent(id)}`
