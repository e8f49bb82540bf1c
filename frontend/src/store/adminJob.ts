import type { Problem } from 'backend/contract'
import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../lib/problem.ts'

/** Between two looks at something that is under way. */
const LOOK_MS = 1000

interface Job<T> {
  /** Null until it is there. */
  job: T | null
  problem: Problem | null
  retry(): void
  /** What the server answered to a change: shown at once, and looked at again while it goes on. */
  take(job: T): void
}

/** Something the server works on, looked at each second while it is under way. */
export function useAdminJob<T>(ask: () => Promise<T>, isUnderWay: (job: T) => boolean): Job<T> {
  const [looks, setLooks] = useState(0)
  const [job, setJob] = useState<T | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const asking = useRef(ask)
  useEffect(() => {
    asking.current = ask
  })
  const goesOn = job !== null && isUnderWay(job)

  useEffect(() => {
    let current = true
    asking.current().then(
      (answer) => {
        if (!current) return
        setJob(answer)
        setProblem(null)
      },
      (error: unknown) => {
        if (current) setProblem(asProblem(error))
      },
    )
    return () => {
      current = false
    }
  }, [looks])

  // Each answer is another object, a failure too: the next look is due a while after the last one came back.
  useEffect(() => {
    if (!goesOn) return
    const timer = setTimeout(() => setLooks((count) => count + 1), LOOK_MS)
    return () => clearTimeout(timer)
  }, [goesOn, job, problem])

  return {
    job,
    problem,
    retry: () => {
      setProblem(null)
      setLooks((count) => count + 1)
    },
    take: setJob,
  }
}
