import type { Problem } from 'backend/contract'
import { useState } from 'react'
import { asProblem } from './problem.model.ts'

interface Work {
  pending: boolean
  /** Why the last attempt failed. */
  problem: Problem | null
  /** Runs one action at a time. Resolves to true when it succeeded, to false when it failed or another one runs. */
  run(work: () => Promise<void>): Promise<boolean>
}

/** Runs the action of a button, and holds whether it runs and why it failed. */
export function useAsyncAction(): Work {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    pending,
    problem,
    async run(work) {
      if (pending) return false
      setPending(true)
      setProblem(null)
      try {
        await work()
        return true
      } catch (error) {
        setProblem(asProblem(error))
        return false
      } finally {
        setPending(false)
      }
    },
  }
}
