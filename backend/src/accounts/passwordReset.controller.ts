import { z } from 'zod'
import type { ResetPasswordInput } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { linkTokenHash } from '../lib/linkTokens.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import type { Delivery, RateLimit } from '../lib/delivery.ts'
import { addressKey } from '../lib/rateLimit.ts'
import { validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { newPasswordSchema } from './auth.schemas.ts'
import { endSessionsOfUser, type Client } from './session.service.ts'

const resetSchema = z.strictObject({
  token: z.string({ error: 'must be the token of a link' }).max(100, 'is not the token of a link'),
  password: newPasswordSchema,
}) satisfies z.ZodType<ResetPasswordInput>

export interface PasswordResetDeps {
  models: Pick<Models, 'User' | 'Session' | 'PasswordReset'>
  passwords: PasswordPool
  delivery: Delivery
  resetLimit: RateLimit
}

/** A new password by a link that an admin made. Whoever was signed in as this person is not any more. */
export function passwordResetter({ models, passwords, delivery, resetLimit }: PasswordResetDeps) {
  /** @throws AppError `invalid_input`, `link_not_valid`, `rate_limited` */
  return async function reset(input: unknown, client: Client): Promise<void> {
    const { token, password } = validate<z.output<typeof resetSchema>>(resetSchema, input)
    await resetLimit.take(addressKey(client.ip))
    const tokenHash = linkTokenHash(token)
    // Before the work of hashing, which nobody gets for an invented token.
    if ((await models.PasswordReset.exists({ tokenHash, expiresAt: { $gt: new Date() } })) === null) throw notValid()
    const passwordHash = await passwords.hash(password)
    // One step decides who uses it.
    const link = await models.PasswordReset.findOneAndDelete({ tokenHash, expiresAt: { $gt: new Date() } }).lean()
    if (!link) throw notValid()
    await models.User.updateOne({ _id: link._id, state: { $ne: 'deleted' } }, { $set: { passwordHash } })
    await endSessionsOfUser(models.Session, delivery, link._id)
  }
}

function notValid(): AppError {
  return new AppError(
    'link_not_valid',
    'This link was used, has run out, or there is a newer one. Ask an admin for another.',
  )
}
