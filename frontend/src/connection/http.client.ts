import axios, { isAxiosError, type AxiosRequestConfig } from 'axios'
import { USER_HEADER, type AuthResult, type Problem, type SessionEndReason, type UserId } from 'backend/contract'
import { noteFreshAccess } from './access.storage.ts'
import { ApiProblem, asProblem } from './problem.model.ts'
import { apiUrl, isElsewhere } from '../lib/serverOrigin.ts'
import { noteDateHeader } from '../lib/serverClock.ts'

/** The HTTP client of all `*.api.ts` files. Every function throws ApiProblem. Tokens travel in httpOnly cookies, so this code never sees one. */
const http = axios.create({ baseURL: apiUrl(''), timeout: 20_000, withCredentials: isElsewhere })

let actsFor: UserId | null = null

/** Names the user whom this tab acts for in all later requests; null before the sign-in. Another tab may sign in as another user. */
export function actFor(userId: UserId | null): void {
  actsFor = userId
}

/** Returns the user whom this tab acts for. */
export const actingUser = (): UserId | null => actsFor

/** Returns the header that names this tab's user. */
export const userHeader = (): Record<string, string> => (actsFor === null ? {} : { [USER_HEADER]: actsFor })

http.interceptors.request.use((config) => {
  config.headers.set(userHeader())
  return config
})

/** Called when the browser is signed in as another user than this tab's. */
let userReplaced: () => void = () => {}
/** Sets the handler that runs when another user has signed in in this browser. */
export function onUserReplaced(handler: () => void): void {
  userReplaced = handler
}
http.interceptors.response.use(
  (answer) => {
    noteDateHeader(answer.headers['date'])
    return answer
  },
  (error: unknown) => {
    if (isAxiosError(error)) noteDateHeader(error.response?.headers['date'])
    noteRefusal(asProblem(error))
    throw error
  },
)

/** Handles a refusal that concerns the whole tab. */
export function noteRefusal({ code }: Problem): void {
  if (code === 'other_user') userReplaced()
}

/** Called when the server no longer knows the session. */
let sessionEnded: (reason: SessionEndReason) => void = () => {}
/** Sets the handler that runs when the session has ended. */
export function onSessionEnded(handler: (reason: SessionEndReason) => void): void {
  sessionEnded = handler
}

/** Reports the end of the session: the server gives no new tokens. */
export function accessRefused({ code }: Problem): void {
  sessionEnded(code === 'session_ended' ? 'revoked' : 'expired')
}

let refreshing: Promise<AuthResult> | null = null

/**
 * Requests new tokens when the old ones have expired. Callers share one request, because a refresh token works once.
 * Reports the end of the session when the server refuses.
 */
export function refresh(): Promise<AuthResult> {
  refreshing ??= http
    .post<AuthResult>('/auth/refresh', {})
    .then(({ data }) => {
      noteFreshAccess()
      return data
    })
    .catch((error: unknown) => {
      const problem = asProblem(error)
      if (problem.status === 401) accessRefused(problem)
      throw new ApiProblem(problem)
    })
    .finally(() => {
      refreshing = null
    })
  return refreshing
}

/** Requests a resource. @throws ApiProblem */
export function get<T>(url: string, params?: object): Promise<T> {
  return request<T>({ url, params })
}

/** Deletes a resource. @throws ApiProblem */
export function remove(url: string): Promise<unknown> {
  return request<unknown>({ url, method: 'delete' })
}

/** Posts JSON. @throws ApiProblem */
export function post<T>(url: string, data: object): Promise<T> {
  return request<T>({ url, data, method: 'post' })
}

/** Sends a request, and once more with new tokens when the old ones have expired. @throws ApiProblem */
export async function request<T>(config: AxiosRequestConfig): Promise<T> {
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

/** Returns whether the access token expired or is missing. A 401 of login itself means wrong credentials. */
function accessRanOut(error: unknown): boolean {
  return isAxiosError(error) && error.response?.status === 401 && asProblem(error).code !== 'invalid_credentials'
}
