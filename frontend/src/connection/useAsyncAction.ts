import type { Problem } from 'backend/contract'
import { useState } from 'react'
import { asProblem } from './problem.model.ts'

interface Work {
  pending: boolean
  /** Why the last attempt failed. */
  problem: Problem | null
  /** One at a time. Resolves to whether it was done. */
  run(work: () => Promise<void>): Promise<boolean>
}

/** Something that a press begins: whether it is under way, and why it failed, to be shown in its place. */
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
