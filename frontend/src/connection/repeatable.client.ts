import type { AxiosRequestConfig } from 'axios'
import { IDEMPOTENCY_HEADER } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { request } from './http.client.ts'
import { asProblem } from './problem.model.ts'

/** The keys of requests without an answer so far. A page that lost more answers has other worries. */
const KEYS_MAX = 100
const unanswered = new Map<string, string>()

/**
 * Sends a request with a key of its own. When the answer is lost, the same request takes the same key again, whichever form sends it:
 * so the server answers as it did the first time, and does nothing twice.
 * @param about tells requests apart in place of the body. Pass it when the body has a secret, which must not be kept here.
 * @throws ApiProblem
 */
export async function requestOnce<T>(config: AxiosRequestConfig, about: unknown = config.data): Promise<T> {
  const name = JSON.stringify([config.url, config.method, about])
  const key = unanswered.get(name) ?? newId()
  unanswered.set(name, key)
  for (const oldest of unanswered.keys()) {
    if (unanswered.size <= KEYS_MAX) break
    unanswered.delete(oldest)
  }
  try {
    const answer = await request<T>({ ...config, headers: { [IDEMPOTENCY_HEADER]: `"${key}"` } })
    forget(name, config.url)
    return answer
  } catch (error) {
    const { status } = asProblem(error)
    if (status !== 0 && status < 500) forget(name, config.url)
    throw error
  }
}

/** Posts JSON with a key, see `requestOnce`. */
export function postOnce<T>(url: string, data: object, about?: unknown): Promise<T> {
  return requestOnce<T>({ url, data, method: 'post' }, about)
}

/**
 * Forgets the key of an answered request. A later change of the same group may undo one whose answer was lost, and then the same
 * request is a new one: such keys are forgotten too.
 */
function forget(name: string, url = ''): void {
  unanswered.delete(name)
  const [group] = /^\/groups\/[^/]+\b/.exec(url) ?? []
  if (group === undefined) return
  for (const other of unanswered.keys()) if (other.startsWith(`["${group}`)) unanswered.delete(other)
}
