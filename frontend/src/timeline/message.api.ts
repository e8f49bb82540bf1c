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

/** Returns the newest page, or the page before or after a `seq`, which is not included. */
export const listMessages = (id: ConversationId, range: { before?: number; after?: number; limit?: number } = {}) =>
  get<MessagePage>(`/messages/${encodeURIComponent(id)}`, range)
/** Returns the changes after a `rev`. */
export const listChanges = (id: ConversationId, since: number) =>
  get<ChangesPage>(`/messages/${encodeURIComponent(id)}/changes`, { since })
/** Returns the earlier texts of a message, the oldest first. */
export const messageEdits = (id: ConversationId, seq: number) =>
  get<{ items: EarlierText[] }>(`/messages/${encodeURIComponent(id)}/${seq}/edits`)
/** Returns who received and read a message. For its sender, and for admins of an announcement. */
export const messageReceipts = (id: ConversationId, seq: number, cursor?: string) =>
  get<Page<MessageReceipt>>(`/messages/${encodeURIComponent(id)}/${seq}/receipts`, { cursor })
export const sendMessage = (input: SendMessageInput) => post<Message>('/messages', input)
