import type { Problem } from 'backend/contract'
import { useEffect } from 'react'
import { atServerTime, serverNow } from '../lib/serverClock.ts'
import { useSession } from './session.store.ts'

/** Returns until when an admin has muted the user, ISO 8601; null when not muted. It ends by itself at that time. */
export function useMutedUntil(): string | null {
  const until = useSession(({ user }) => user?.mutedUntil ?? null)
  useEffect(() => {
    if (until === null) return
    return atServerTime(Date.parse(until), () => useSession.getState().muted(null))
  }, [until])
  return until
}

/** Returns until when a refused message's sender is muted; null for another reason, or when it is over. */
export function mutedUntil(problem: Problem | null): string | null {
  if (problem?.code !== 'muted' || problem.until === undefined) return null
  return Date.parse(problem.until) > serverNow() ? problem.until : null
}
