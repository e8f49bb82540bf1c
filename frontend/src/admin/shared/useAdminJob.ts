import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem } from 'backend/contract'
import { asProblem } from '../../connection/problem.model.ts'

/** The time between two requests for a job that is in progress. */
const LOOK_MS = 1000

interface Job<T> {
  /** Null until it is loaded. */
  job: T | null
  problem: Problem | null
  /** Loads the job again, after a failure or a change. */
  look(): void
  /** Shows the server's answer to a change at once, and loads the job again while it is in progress. */
  take(job: T): void
}

/** Loads a job of the server, and loads it again each second while it is in progress. */
export function useAdminJob<T>(name: string, ask: () => Promise<T>, isInProgress: (job: T) => boolean): Job<T> {
  const client = useQueryClient()
  const queryKey = ['job', name]
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ask,
    refetchInterval: ({ state }) => state.data !== undefined && isInProgress(state.data) && LOOK_MS,
  })
  return {
    job: data ?? null,
    problem: error && asProblem(error),
    look: () => void refetch(),
    take: (job) => void client.setQueryData<T>(queryKey, job),
  }
}
