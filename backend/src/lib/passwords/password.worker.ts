import { parentPort } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcryptjs'

export type PasswordTask =
  | { id: number; kind: 'hash'; password: string; cost: number }
  | { id: number; kind: 'verify'; password: string; hash: string }

export type PasswordAnswer = { id: number; value: string | boolean } | { id: number; error: string }

parentPort?.on('message', (task: PasswordTask) => {
  parentPort?.postMessage(answer(task))
})

function answer(task: PasswordTask): PasswordAnswer {
  try {
    const value = task.kind === 'hash' ? hashSync(task.password, task.cost) : compareSync(task.password, task.hash)
    return { id: task.id, value }
  } catch (error) {
    return { id: task.id, error: error instanceof Error ? error.message : String(error) }
  }
}
