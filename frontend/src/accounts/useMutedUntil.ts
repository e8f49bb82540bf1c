import type { Problem } from 'backend/contract'
import { useEffect } from 'react'
import { useSession } from './session.store.ts'

/** The longest that browsers wait at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** ISO 8601: an admin has ruled that the person writes nothing until then; null: they may. Over at its time by itself. */
export function useMutedUntil(): string | null {
  const until = useSession(({ user }) => user?.mutedUntil ?? null)
  useEffect(() => {
    if (until === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const wait = (): void => {
      const left = Date.parse(until) - Date.now()
      if (left <= 0) useSession.getState().muted(null)
      else timer = setTimeout(wait, Math.min(TIMER_MAX_MS, left))
    }
    wait()
    return () => clearTimeout(timer)
  }, [until])
  return until
}

/** When writing is possible again, by the refusal of a message; null: that was not the reason, or is over. */
export function mutedUntil(problem: Problem | null): string | null {
  if (problem?.code !== 'muted' || problem.until === undefined) return null
  return Date.parse(problem.until) > Date.now() ? problem.until : null
}
