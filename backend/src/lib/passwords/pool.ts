import type { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import { COST_LIMITS, type CostLimits } from '../limits/costLimits.ts'
import { createFairQueue, type Turn } from '../limits/fairQueue.ts'
import { startWorker } from '../worker.ts'
import type { PasswordAnswer, PasswordTask } from './password.worker.ts'

/** Runs bcrypt outside the main thread: bcryptjs is pure JavaScript and would block every socket while it computes. */
export interface PasswordPool {
  /** @throws AppError `unavailable` when too many passwords wait */
  hash(password: string, turn?: Turn): Promise<string>
  /** @throws as `hash` */
  verify(password: string, hash: string, turn?: Turn): Promise<boolean>
  /** Tells whether a hash was made with another cost than the configured one. */
  isOutdated(hash: string): boolean
  /**
   * A hash that no password matches and whose check costs as much as a real one. It is for logins to accounts that do
   * not exist.
   */
  readonly dummyHash: string
  /** Ends the thread and rejects the waiting tasks. */
  close(): Promise<void>
}

export interface PasswordPoolOptions {
  /** log2 of the rounds, 4 to 16. */
  cost: number
  /** How many tasks may wait, of all and of one account. At cost 10 a hash takes about 60 ms. */
  limits?: Pick<CostLimits, 'passwords' | 'passwordsPerAccount'>
  /** How long the thread may be idle before it ends, which frees about 10 MB. */
  idleMs?: number
}

type Waiting = { resolve: (value: string | boolean) => void; reject: (error: Error) => void }
type Task = PasswordTask extends infer T ? (T extends { id: number } ? Omit<T, 'id'> : never) : never

/** The thread of a pool that was closed. The next pool of the process uses it: tests start hundreds of servers. */
let spare: Worker | undefined

/** The turn of tasks that no client asks for. */
const OWN_TURN: Turn = { group: '' }
const RETRY_SECONDS = 5

/**
 * Creates a pool with one thread, which starts at the first use. One is enough: it computes about 16 logins a second,
 * and a second thread would take the processor that serves messages. Addresses take turns, and so do the accounts of an
 * address. It keeps the process alive only while a task waits.
 */
export function createPasswordPool({ cost, limits = COST_LIMITS, idleMs = 60_000 }: PasswordPoolOptions): PasswordPool {
  const prefix = `$2b$${String(cost).padStart(2, '0')}$`
  const waiting = new Map<number, Waiting>()
  const queue = createFairQueue(1)
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let closed = false

  return {
    async hash(password, turn) {
      return String(await enqueue({ kind: 'hash', password, cost }, turn))
    },
    async verify(password, hash, turn) {
      return (await enqueue({ kind: 'verify', password, hash }, turn)) === true
    },
    isOutdated: (hash) => !hash.startsWith(prefix),
    dummyHash: prefix + 'nobodyHasThisPasswordNobodyHasThisPasswordNobodyHasTh',
    async close() {
      closed = true
      if (worker && !spare && waiting.size === 0) {
        keep(worker)
        worker = undefined
      }
      await stop(new AppError('server_stopping'))
    },
  }

  function enqueue(task: Task, turn?: Turn): Promise<string | boolean> {
    const { ofAll, ofGroup, ofKey } = queue.waiting(turn ?? OWN_TURN)
    // A full queue still takes one of each address and user, so that one address cannot fill it for the others.
    const isFull = ofAll >= limits.passwords && ofGroup > 0
    if (isFull || (turn && ofKey >= limits.passwordsPerAccount))
      return Promise.reject(new AppError('too_many_sign_ins', { retryAfter: RETRY_SECONDS }))
    return queue.run(turn ?? OWN_TURN, () => run(task))
  }

  function run(task: Task): Promise<string | boolean> {
    if (closed) return Promise.reject(new AppError('server_stopping'))
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

/** Keeps the thread of a closed pool for the next one. */
function keep(ended: Worker): void {
  // By name: Node has listeners of its own.
  for (const event of ['message', 'error', 'exit']) ended.removeAllListeners(event)
  ended.once('exit', () => (spare = undefined))
  ended.unref()
  spare = ended
}
