import { availableParallelism } from 'node:os'
import { AppError } from '../errors.ts'
import { COST_LIMITS, type CostLimits } from '../limits/costLimits.ts'
import { createFairQueue, type Turn } from '../limits/fairQueue.ts'
import { loadNativeHasher, type NativeHasher } from './native.ts'
import { createThreadHasher } from './thread.ts'

/** Runs bcrypt outside the main thread. Addresses take turns, and so do the accounts of an address. */
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
  /** Rejects the running and the waiting tasks. */
  close(): Promise<void>
}

export interface PasswordPoolOptions {
  /** log2 of the rounds, 4 to 16. */
  cost: number
  /** How many tasks may wait, of all and of one account. At cost 10 a hash takes about 60 ms. */
  limits?: Pick<CostLimits, 'passwords' | 'passwordsPerAccount'>
  /** How many tasks run at once. */
  atOnce?: number
  /** How long the thread of bcryptjs may be idle before it ends. */
  idleMs?: number
}

/**
 * Two tasks run at once, so that file operations always have the other two threads of libuv's pool. On two cores it is
 * one, because a second would take the core that serves messages. One computes about 17 logins a second.
 */
const AT_ONCE = Math.min(2, Math.max(1, availableParallelism() - 1))

/** The turn of tasks that no client asks for. */
const OWN_TURN: Turn = { group: '' }
const RETRY_SECONDS = 5

/** Creates a pool. The native library, or bcryptjs where there is no binary of it, is loaded at the first use. */
export function createPasswordPool({
  cost,
  limits = COST_LIMITS,
  atOnce = AT_ONCE,
  idleMs = 60_000,
}: PasswordPoolOptions): PasswordPool {
  const prefix = `$2b$${String(cost).padStart(2, '0')}$`
  const queue = createFairQueue(atOnce)
  const running = new Set<(reason: Error) => void>()
  const thread = createThreadHasher(idleMs)
  let native: Promise<NativeHasher | null> | undefined
  let closed = false

  return {
    hash: (password, turn) => enqueue(async () => ((await loaded()) ?? thread).hash(password, cost), turn),
    verify: (password, hash, turn) =>
      enqueue(async () => {
        const hasher = await loaded()
        return (hasher?.canVerify(password, hash) ? hasher : thread).verify(password, hash)
      }, turn),
    isOutdated: (hash) => !hash.startsWith(prefix),
    // In the form that the native library checks.
    dummyHash: prefix + 'nobodyHasThisPassword.NobodyHasThisPasswordNobodyHas.',
    async close() {
      closed = true
      const reason = new AppError('server_stopping')
      for (const reject of running) reject(reason)
      await thread.close()
    },
  }

  function loaded(): Promise<NativeHasher | null> {
    native ??= loadNativeHasher()
    return native
  }

  function enqueue<T>(task: () => Promise<T>, turn?: Turn): Promise<T> {
    const { ofAll, ofGroup, ofKey } = queue.waiting(turn ?? OWN_TURN)
    // A full queue still takes one of each address and user, so that one address cannot fill it for the others.
    const isFull = ofAll >= limits.passwords && ofGroup > 0
    if (isFull || (turn && ofKey >= limits.passwordsPerAccount))
      return Promise.reject(new AppError('too_many_sign_ins', { retryAfter: RETRY_SECONDS }))
    return queue.run(turn ?? OWN_TURN, () => run(task))
  }

  function run<T>(task: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new AppError('server_stopping'))
    return new Promise((resolve, reject) => {
      running.add(reject)
      task()
        .then(resolve, reject)
        .finally(() => running.delete(reject))
    })
  }
}
