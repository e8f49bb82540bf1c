import axios, { isAxiosError, type AxiosRequestConfig } from 'axios'
import { LIMITS } from 'backend/contract'
import type {
  AuthResult,
  ChangesPage,
  Conversation,
  ConversationId,
  EarlierText,
  LoginInput,
  Message,
  MessagePage,
  MessageReceipt,
  OpenConversationInput,
  OwnUser,
  Page,
  SendMessageInput,
  SessionEndReason,
  SettingsInput,
  SignupInput,
  User,
  UserId,
} from 'backend/contract'
import { ApiProblem, asProblem } from './problem.ts'

/** The REST API. Every function throws ApiProblem. Tokens travel in httpOnly cookies: this code never sees one. */
const http = axios.create({ baseURL: '/api', timeout: 20_000 })

export const signup = (input: SignupInput) => post<AuthResult>('/auth/signup', input)
export const login = (input: LoginInput) => post<AuthResult>('/auth/login', input)
export const logout = () => post<void>('/auth/logout', {})
export const me = () => get<OwnUser>('/auth/me')
export const updateMe = (settings: SettingsInput) => request<OwnUser>({ url: '/auth/me', data: settings, method: 'patch' })

export const listChats = (cursor?: string) => get<Page<Conversation>>('/chats', { cursor })
/** Those with something unread, or marked so, by id. A page may be empty and have more after it. */
export const listUnreadChats = (cursor?: string) => get<Page<Conversation>>('/chats', { unread: true, limit: LIMITS.pageMax, cursor })
export const getChat = (id: ConversationId) => get<Conversation>(`/chats/${encodeURIComponent(id)}`)
export const openChat = (userId: UserId) => post<Conversation>('/chats', { userId } satisfies OpenConversationInput)

/** The newest page without `before` and `after`; `before` and `after` are exclusive places (`seq`). */
export const listMessages = (id: ConversationId, range: { before?: number; after?: number; limit?: number } = {}) =>
  get<MessagePage>(`/messages/${encodeURIComponent(id)}`, range)
/** What became of messages after a `rev`. */
export const listChanges = (id: ConversationId, since: number) => get<ChangesPage>(`/messages/${encodeURIComponent(id)}/changes`, { since })
/** Its earlier texts, oldest first. */
export const messageEdits = (id: ConversationId, seq: number) => get<{ items: EarlierText[] }>(`/messages/${encodeURIComponent(id)}/${seq}/edits`)
/** Whom it has reached and who has read it: for its sender, and for admins of an announcement. */
export const messageReceipts = (id: ConversationId, seq: number, cursor?: string) =>
  get<Page<MessageReceipt>>(`/messages/${encodeURIComponent(id)}/${seq}/receipts`, { cursor })
export const sendMessage = (input: SendMessageInput) => post<Message>('/messages', input)

export const searchUsers = (search: string, cursor?: string) => get<Page<User>>('/users', { search: search || undefined, cursor })
export const getUser = (id: UserId) => get<User>(`/users/${encodeURIComponent(id)}`)

/** Called when the server no longer knows our session. */
let sessionEnded: (reason: SessionEndReason) => void = () => {}
export function onSessionEnded(handler: (reason: SessionEndReason) => void): void {
  sessionEnded = handler
}

let refreshing: Promise<AuthResult> | null = null

/**
 * New tokens for the ones that ran out. Callers share one request: a refresh token works once.
 * Reports the end of the session when the server refuses.
 */
export function refresh(): Promise<AuthResult> {
  refreshing ??= http
    .post<AuthResult>('/auth/refresh', {})
    .then(({ data }) => data)
    .catch((error: unknown) => {
      const problem = asProblem(error)
      if (problem.status === 401) sessionEnded(problem.code === 'session_ended' ? 'revoked' : 'expired')
      throw new ApiProblem(problem)
    })
    .finally(() => {
      refreshing = null
    })
  return refreshing
}

function get<T>(url: string, params?: object): Promise<T> {
  return request<T>({ url, params })
}

function post<T>(url: string, data: object): Promise<T> {
  return request<T>({ url, data, method: 'post' })
}

async function request<T>(config: AxiosRequestConfig): Promise<T> {
  try {
    return (await http.request<T>(config)).data
  } catch (error) {
    if (!accessRanOut(error)) throw new ApiProblem(asProblem(error))
  }
  await refresh()
  try {
    return (await http.request<T>(config)).data
  } catch (error) {
    throw new ApiProblem(asProblem(error))
  }
}

/** A 401 of login itself means wrong credentials; any other means the access token ran out or is missing. */
function accessRanOut(error: unknown): boolean {
  return isAxiosError(error) && error.response?.status === 401 && asProblem(error).code !== 'invalid_credentials'
}
