import type { AppError } from './errors.ts'
import { createFifoCache } from './fifoCache.ts'
import type { Logger } from './logger.ts'

/** A refusal: its kind, its user and its address. */
export interface Refusal {
  error: AppError
  /** Undefined before a user is signed in. */
  userId: string | undefined
  address: string | undefined
  /** The method and path of a request, or the name of an event. */
  target: string
  /** The name that was typed, at a failed login. */
  login?: string | undefined
}

/** A flood of refusals by a limit is one line a minute for each user or address, so that it cannot fill the disk. */
const REPEAT_MS = 60_000
const REMEMBERED = 1000
const LOGIN_MAX = 100
const STATUS_LIMITED = 429

const lastLogged = createFifoCache<number>(REMEMBERED)

/**
 * Writes a line with `security: true` for a failed login and for each refusal by a right or a limit (403 and 429). An
 * operator finds there who tried what; tools such as fail2ban can read it.
 */
export function logRefusal(logger: Logger, { error, userId, address, target, login }: Refusal): void {
  const { status, reason } = error
  if (status !== 403 && status !== STATUS_LIMITED && reason !== 'invalid_credentials') return
  if (status === STATUS_LIMITED) {
    const key = `${userId ?? address} ${target} ${reason}`
    const now = performance.now()
    if (now - (lastLogged.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return
    lastLogged.put(key, now)
  }
  const line = { security: true, reason, userId, address, target, login: login?.slice(0, LOGIN_MAX) }
  logger.warn(line, reason === 'invalid_credentials' ? 'a login failed' : 'a request was refused')
}
