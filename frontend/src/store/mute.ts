import { create } from 'zustand'
import type { Problem } from 'backend/contract'

interface MuteState {
  /** ISO 8601: an admin has ruled that the person writes nothing until then; null: not that the page knows. */
  until: string | null
}

/** Nobody tells it but the refusal of a message; taken back it shows when the next one is sent. */
export const useMute = create<MuteState>()(() => ({ until: null }))

/** Why a message was refused. */
export function heardRefusal(problem: Problem | null): void {
  const until = mutedUntil(problem)
  if (until !== null) useMute.setState({ until })
}

/** When writing is possible again; null: that was not the reason, or is over. */
export function mutedUntil(problem: Problem | null): string | null {
  if (problem?.code !== 'muted' || problem.until === undefined) return null
  return Date.parse(problem.until) > Date.now() ? problem.until : null
}
