import { USER_HEADER, type Problem, type UserId } from 'backend/contract'
import { apiUrl, isElsewhere } from '../lib/serverOrigin.ts'
import { exclusively } from '../lib/tabs.ts'
import { isProblem } from './problem.guard.ts'

const TIMEOUT_MS = 20_000

/**
 * Requests new tokens for the connection, which may live in a worker without the page's HTTP client. Waits while a tab
 * requests some. Returns the server's refusal, or null when the browser has new tokens. Throws without an answer.
 */
export async function renewAccess(userId: UserId): Promise<Problem | null> {
  let refusal: Problem | null = null
  await exclusively('parley.refresh', async () => {
    const response = await fetch(apiUrl('/auth/refresh'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [USER_HEADER]: userId },
      body: '{}',
      credentials: isElsewhere ? 'include' : 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (response.ok) return
    const body: unknown = await response.json()
    if (!isProblem(body)) throw new Error('The answer is not Parley’s own')
    refusal = body
  })
  return refusal
}
