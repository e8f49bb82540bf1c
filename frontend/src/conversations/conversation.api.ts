import {
  LIMITS,
  type Conversation,
  type ConversationId,
  type OpenConversationInput,
  type Page,
  type UserId,
} from 'backend/contract'
import { get, post } from '../connection/http.client.ts'

/** The REST API of conversations. Every function throws ApiProblem. */

export const listChats = (cursor?: string) => get<Page<Conversation>>('/chats', { cursor })
/** Lists the conversations with unread messages or an unread mark, by id. A page may be empty and still have a next one. */
export const listUnreadChats = (cursor?: string) =>
  get<Page<Conversation>>('/chats', { unread: true, limit: LIMITS.pageMax, cursor })
export const getChat = (id: ConversationId) => get<Conversation>(`/chats/${encodeURIComponent(id)}`)
export const openChat = (userId: UserId) => post<Conversation>('/chats', { userId } satisfies OpenConversationInput)
