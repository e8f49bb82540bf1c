import type { Problem } from 'backend/contract'
import { useEffect, useState } from 'react'
import { asProblem } from './problem.model.ts'

interface Answer<T> {
  answer: T | null
  problem: Problem | null
  retry(): void
}

/** Sends a request when the component appears, and again when `retry` is called. */
export function useRequest<T>(ask: () => Promise<T>): Answer<T> {
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<{ answer: T | null; problem: Problem | null }>({ answer: null, problem: null })
  useEffect(() => {
    let current = true
    ask().then(
      (answer) => {
        if (current) setState({ answer, problem: null })
      },
      (error: unknown) => {
        if (current) setState({ answer: null, problem: asProblem(error) })
      },
    )
    return () => {
      current = false
    }
    // The request stays the same while the component is mounted.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [attempt])
  return {
    ...state,
    retry: () => {
      setState({ answer: null, problem: null })
      setAttempt((count) => count + 1)
    },
  }
}
