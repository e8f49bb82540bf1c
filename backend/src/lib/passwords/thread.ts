import type { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import { startWorker } from '../worker.ts'
import type { PasswordAnswer, PasswordTask } from './password.worker.ts'
import type { PasswordHasher } from './hasher.ts'

type Waiting = { resolve: (value: string | boolean) => void; reject: (error: Error) => void }
type Task = PasswordTask extends infer T ? (T extends { id: number } ? Omit<T, 'id'> : never) : never

/** The thread of a hasher that was closed. The next one of the process uses it: tests start hundreds of servers. */
let spare: Worker | undefined

/**
 * Hashes with bcryptjs in a thread, which starts at the first use. bcryptjs is pure JavaScript and would block every
 * socket while it computes. The thread keeps the process alive only while a task waits.
 * @param idleMs how long the thread may be idle before it ends, which frees about 10 MB
 */
export function createThreadHasher(idleMs: number): PasswordHasher {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0

  return {
    hash: async (password, cost) => String(await run({ kind: 'hash', password, cost })),
    verify: async (password, hash) => (await run({ kind: 'verify', password, hash })) === true,
    async close() {
      if (worker && !spare && waiting.size === 0) {
        keep(worker)
        worker = undefined
      }
      await stop(new AppError('server_stopping'))
    },
  }

  function run(task: Task): Promise<string | boolean> {
    clearTimeout(idle)
    worker ??= start()
    worker.ref()
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker?.postMessage({ ...task, id } satisfies PasswordTask)
    })
  }

  function start(): Worker {
    const module = new URL('./password.worker.ts', import.meta.url)
    const started = spare?.removeAllListeners('exit') ?? startWorker(module, { name: 'passwords' })
    spare = undefined
    started.on('message', (answer: PasswordAnswer) => settle(answer))
    // A thread that crashed rejects its tasks; the next task starts another thread.
    const fallen = (error: Error) => {
      if (worker === started) void stop(error)
    }
    started.on('error', fallen)
    started.on('exit', (code) => fallen(new Error(`The password thread ended with code ${code}`)))
    return started
  }

  function settle(answer: PasswordAnswer): void {
    const task = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) task?.reject(new Error(`bcrypt: ${answer.error}`))
    else task?.resolve(answer.value)
    if (waiting.size > 0) return
    worker?.unref()
    idle = setTimeout(() => void stop(new Error('The password thread was idle')), idleMs).unref()
  }

  async function stop(reason: Error): Promise<void> {
    clearTimeout(idle)
    const ended = worker
    worker = undefined
    for (const { reject } of waiting.values()) reject(reason)
    waiting.clear()
    await ended?.terminate()
  }
}

/** Keeps the thread of a closed hasher for the next one. */
function keep(ended: Worker): void {
  // By name: Node has listeners of its own.
  for (const event of ['message', 'error', 'exit']) ended.removeAllListeners(event)
  ended.once('exit', () => (spare = undefined))
  ended.unref()
  spare = ended
}
