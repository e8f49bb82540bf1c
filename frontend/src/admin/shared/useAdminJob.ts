import type { Problem } from 'backend/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { asProblem } from '../../connection/problem.model.ts'

/** Between two looks at something that is under way. */
const LOOK_MS = 1000

interface Job<T> {
  /** Null until it is there. */
  job: T | null
  problem: Problem | null
  /** Looks again: after a failure, and after what was done to it. */
  look(): void
  /** What the server answered to a change: shown at once, and looked at again while it goes on. */
  take(job: T): void
}

/** Something the server works on, looked at each second while it is under way. */
export function useAdminJob<T>(ask: () => Promise<T>, isUnderWay: (job: T) => boolean): Job<T> {
  const [seen, setSeen] = useState<{ job: T | null; problem: Problem | null }>({ job: null, problem: null })
  const asking = useRef({ ask, isUnderWay })
  useEffect(() => {
    asking.current = { ask, isUnderWay }
  })

  const look = useCallback(() => {
    asking.current.ask().then(
      (job) => setSeen({ job, problem: null }),
      (error: unknown) => setSeen(({ job }) => ({ job, problem: asProblem(error) })),
    )
  }, [])
  useEffect(look, [look])

  // Each answer is another object, a failure too: the next look is due a while after the last one came back.
  useEffect(() => {
    if (seen.job === null || !asking.current.isUnderWay(seen.job)) return
    const timer = setTimeout(look, LOOK_MS)
    return () => clearTimeout(timer)
  }, [seen, look])

  return { ...seen, look, take: (job) => setSeen({ job, problem: null }) }
}
