import type { Problem } from 'backend/contract'
import { useState } from 'react'
import { asProblem } from '../../../lib/problem.ts'
import { showToast } from '../../ui/toasts.ts'
import { startDownload } from '../../../lib/adminApi.ts'

interface Work {
  pending: boolean
  /** Why the last attempt failed. */
  problem: Problem | null
  /** One at a time. Resolves to whether it was done. */
  run(work: () => Promise<void>): Promise<boolean>
}

/** Something that a press begins: whether it is under way, and why it failed, to be shown in its place. */
export function useWork(): Work {
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

/** Saves a file of the server's, or says why not. */
export async function download(url: string): Promise<void> {
  try {
    await startDownload(url)
  } catch (error) {
    showToast(`Not downloaded. ${asProblem(error).detail}`, 'error')
  }
}
