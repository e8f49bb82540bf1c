import type { Config } from '../config.ts'
import { AppError } from '../lib/errors.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import { addressKey, type CreateRateLimit } from '../lib/rateLimit.ts'
import type { UserModel } from '../models/user.model.ts'
import { passwordFits, preparePassword } from './auth.schemas.ts'

/**
 * Checks the password of a signed-in user again, before an action that a stolen session must not be able to do.
 * @param address of the client
 * @throws AppError `invalid_credentials`, `rate_limited` (after failures, as at a sign-in)
 */
export type CheckPassword = (userId: string, password: string, address: string) => Promise<void>

interface CheckPasswordDeps {
  users: UserModel
  passwords: PasswordPool
  createRateLimit: CreateRateLimit
  config: Pick<Config, 'loginFailuresPer15Minutes'>
}

export function createCheckPassword({ users, passwords, createRateLimit, config }: CheckPasswordDeps): CheckPassword {
  const limit = createRateLimit({
    name: 'failed_logins',
    ...RATE_LIMITS.failed_logins,
    points: config.loginFailuresPer15Minutes,
  })
  return async (userId, password, address) => {
    // Counted before the check, so that many guesses at the same time cannot all pass under the limit.
    await limit.take(userId)
    const user = await users.findById(userId, { passwordHash: 1 }).lean()
    const turn = { group: addressKey(address), key: userId }
    const isRight =
      user !== null &&
      passwordFits(password) &&
      (await passwords.verify(preparePassword(password), user.passwordHash, turn))
    if (!isRight) throw new AppError('invalid_credentials')
    await limit.reset(userId)
  }
}
