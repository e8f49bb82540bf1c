import { z } from 'zod'
import type { ResetPasswordInput } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { linkTokenHash } from '../lib/auth/linkTokens.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import type { Delivery, RateLimit } from '../lib/delivery.ts'
import { addressKey } from '../lib/rateLimit.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import type { PasswordResetRecord } from '../models/passwordReset.model.ts'
import { newPasswordSchema } from './auth.schemas.ts'
import { endSessionsOfUser, type Client } from './session.service.ts'
import { isActiveAdmin } from './user.repository.ts'

const resetSchema = z.strictObject({
  token: z.string({ error: fieldCode('must_be_reset_token') }).max(100, fieldCode('must_be_reset_token')),
  password: newPasswordSchema,
}) satisfies z.ZodType<ResetPasswordInput>

export interface PasswordResetControllerDeps {
  models: Pick<Models, 'User' | 'Session' | 'PasswordReset'>
  passwords: PasswordPool
  delivery: Delivery
  resetLimit: RateLimit
}

/** Sets a new password by a link that an admin made. */
export interface PasswordResetController {
  /**
   * Sets the password and ends all sessions of the user.
   * @throws AppError `invalid_input`, `link_not_valid`, `rate_limited` (per address)
   */
  reset(input: unknown, client: Client): Promise<void>
}

/** Creates the controller of password resets. */
export function createPasswordResetController({
  models,
  passwords,
  delivery,
  resetLimit,
}: PasswordResetControllerDeps): PasswordResetController {
  return { reset }

  async function reset(input: unknown, client: Client): Promise<void> {
    const { token, password } = validate<z.output<typeof resetSchema>>(resetSchema, input)
    const tokenHash = linkTokenHash(token)
    const address = addressKey(client.ip)
    // Checked before the work of hashing, so that an invented token costs the server nothing. Only such tokens count: a
    // good link works whatever strangers of the same address do.
    if (!(await isUsable(tokenHash))) {
      await resetLimit.take(address)
      throw notValid()
    }
    const passwordHash = await passwords.hash(password, { group: address, key: tokenHash })
    // One atomic step decides which of two requests uses the link.
    const link = await models.PasswordReset.findOneAndDelete({ tokenHash, expiresAt: { $gt: new Date() } }).lean()
    if (!link || !(await isMakerTrusted(link))) throw notValid()
    await models.User.updateOne({ _id: link._id, state: { $ne: 'deleted' } }, { $set: { passwordHash } })
    await endSessionsOfUser(models.Session, delivery, link._id)
  }

  async function isUsable(tokenHash: string): Promise<boolean> {
    const link = await models.PasswordReset.findOne({ tokenHash, expiresAt: { $gt: new Date() } }).lean()
    return link !== null && isMakerTrusted(link)
  }

  /** A link dies with the role of the admin who made it. One of the command line has no maker. */
  async function isMakerTrusted({ createdBy }: PasswordResetRecord): Promise<boolean> {
    return createdBy === null || isActiveAdmin(models, createdBy)
  }
}

function notValid(): AppError {
  return new AppError('link_not_valid')
}
