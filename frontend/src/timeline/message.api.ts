import type {
  ChangesPage,
  ConversationId,
  EarlierText,
  Message,
  MessagePage,
  MessageReceipt,
  Page,
  SendMessageInput,
} from 'backend/contract'
import { get, post } from '../connection/http.client.ts'

/** The REST API of messages. Every function throws ApiProblem. */

/** The newest page without `before` and `after`; `before` and `after` are exclusive places (`seq`). */
export const listMessages = (id: ConversationId, range: { before?: number; after?: number; limit?: number } = {}) =>
  get<MessagePage>(`/messages/${encodeURIComponent(id)}`, range)
/** What became of messages after a `rev`. */
export const listChanges = (id: ConversationId, since: number) =>
  get<ChangesPage>(`/messages/${encodeURIComponent(id)}/changes`, { since })
/** Its earlier texts, oldest first. */
export const messageEdits = (id: ConversationId, seq: number) =>
  get<{ items: EarlierText[] }>(`/messages/${encodeURIComponent(id)}/${seq}/edits`)
/** Whom it has reached and who has read it: for its sender, and for admins of an announcement. */
export const messageReceipts = (id: ConversationId, seq: number, cursor?: string) =>
  get<Page<MessageReceipt>>(`/messages/${encodeURIComponent(id)}/${seq}/receipts`, { cursor })
export const sendMessage = (input: SendMessageInput) => post<Message>('/messages', input)
