import type { UserId } from '../../contract/index.ts'
import { AppError } from '../errors.ts'
import type { CostLimits } from './costLimits.ts'

/** Users after whose number the idle ones are forgotten. One takes about a hundred bytes. */
const SWEEP_EVERY = 1000

/**
 * Every request of a user passes here, of REST and of all connections together: so many run at once, the next ones wait
 * in order, and more are refused. Without it one user with many connections would fill the queues that all users share.
 */
export interface UserGate {
  /**
   * Runs the work when the user's turn has come. It begins in this turn of the event loop when nothing of the user
   * waits.
   * @throws AppError `too_many_requests_at_once`, `too_many_requests_of_user`
   */
  run<T>(userId: UserId, work: () => Promise<T>): Promise<T>
  /**
   * Counts a request, before anything is looked up for it: a refusal must cost little.
   * @throws AppError `too_many_requests_of_user`
   */
  count(userId: UserId): void
  /**
   * Takes a place for a request that was counted, for work that ends later than a promise. Returns the function that
   * gives it back.
   * @throws AppError `too_many_requests_at_once`
   */
  enter(userId: UserId): Promise<() => void>
}

interface UserState {
  running: number
  waiting: (() => void)[]
  /** The token bucket, and when it was filled. */
  tokens: number
  filledAt: number
}

type Limits = Pick<CostLimits, 'requestsAtOnce' | 'requestsWaiting' | 'requestsInBurst' | 'requestsPerSecond'>

/** Creates a gate that no request has passed. */
export function createUserGate(limits: Limits): UserGate {
  const { requestsAtOnce, requestsWaiting, requestsInBurst, requestsPerSecond } = limits
  const users = new Map<UserId, UserState>()

  function stateOf(userId: UserId): UserState {
    const now = performance.now()
    const known = users.get(userId)
    if (known) {
      known.tokens = Math.min(requestsInBurst, known.tokens + ((now - known.filledAt) * requestsPerSecond) / 1000)
      known.filledAt = now
      return known
    }
    const state: UserState = { running: 0, waiting: [], tokens: requestsInBurst, filledAt: now }
    users.set(userId, state)
    if (users.size % SWEEP_EVERY === 0) forgetIdle(now)
    return state
  }

  function forgetIdle(now: number): void {
    for (const [userId, { running, tokens, filledAt }] of users) {
      const isFull = tokens + ((now - filledAt) * requestsPerSecond) / 1000 >= requestsInBurst
      if (running === 0 && isFull) users.delete(userId)
    }
  }

  function count(userId: UserId): void {
    const state = stateOf(userId)
    if (state.tokens < 1) throw new AppError('too_many_requests_of_user', { retryAfter: 1 })
    state.tokens -= 1
  }

  /** Returns the state of a user who may wait. @throws AppError `too_many_requests_at_once` */
  function admit(userId: UserId): UserState {
    const state = stateOf(userId)
    if (state.waiting.length >= requestsWaiting) throw new AppError('too_many_requests_at_once', { retryAfter: 1 })
    return state
  }

  function leave(state: UserState): void {
    const next = state.waiting.shift()
    // The place goes to the next one directly, so that no later request overtakes it.
    if (next) next()
    else state.running -= 1
  }

  async function inTurn<T>(userId: UserId, work: () => Promise<T>): Promise<T> {
    const state = admit(userId)
    if (state.running < requestsAtOnce) state.running += 1
    else await new Promise<void>((resolve) => void state.waiting.push(resolve))
    try {
      return await work()
    } finally {
      leave(state)
    }
  }

  return {
    async run(userId, work) {
      count(userId)
      return inTurn(userId, work)
    },
    count,
    enter: (userId) =>
      new Promise((entered, refused) => {
        inTurn(userId, () => new Promise<void>((left) => entered(left))).catch(refused)
      }),
  }
}
