import type { Problem } from 'backend/contract'
import { useEffect } from 'react'
import { useSession } from './session.store.ts'

/** The longest delay of a browser's timer. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** Returns until when an admin has muted the user, ISO 8601; null when not muted. It ends by itself at that time. */
export function useMutedUntil(): string | null {
  const until = useSession(({ user }) => user?.mutedUntil ?? null)
  useEffect(() => {
    if (until === null) return
    let timer: number | undefined
    const wait = (): void => {
      const left = Date.parse(until) - Date.now()
      if (left <= 0) useSession.getState().muted(null)
      else timer = window.setTimeout(wait, Math.min(TIMER_MAX_MS, left))
    }
    wait()
    return () => clearTimeout(timer)
  }, [until])
  return until
}

/** Returns until when a refused message's sender is muted; null for another reason, or when it is over. */
export function mutedUntil(problem: Problem | null): string | null {
  if (problem?.code !== 'muted' || problem.until === undefined) return null
  return Date.parse(problem.until) > Date.now() ? problem.until : null
}
