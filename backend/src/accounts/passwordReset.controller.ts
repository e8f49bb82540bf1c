import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ResetPasswordInput } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { linkTokenHash } from '../lib/auth/linkTokens.ts'
import { idempotent, requestKey, requireSameRequest, type Idempotent } from '../lib/idempotency.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import type { PasswordPool } from '../lib/passwords/pool.ts'
import type { Delivery, RateLimit } from '../lib/delivery.ts'
import type { Turn } from '../lib/limits/fairQueue.ts'
import { addressKey } from '../lib/rateLimit.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { usedTokenHash, type PasswordResetRecord } from '../models/passwordReset.model.ts'
import { newPasswordSchema } from './auth.schemas.ts'
import { endSessionsOfUser, type Client } from './session.service.ts'
import { isActiveAdmin } from './user.repository.ts'

const resetSchema = z.strictObject({
  token: z.string({ error: fieldCode('must_be_reset_token') }).max(100, fieldCode('must_be_reset_token')),
  password: newPasswordSchema,
  ...idempotent,
}) satisfies z.ZodType<ResetPasswordInput & Idempotent>

export interface PasswordResetControllerDeps {
  models: Pick<Models, 'User' | 'Session' | 'PasswordReset'>
  passwords: PasswordPool
  delivery: Delivery
  resetLimit: RateLimit
  /** Runs the requests of one link one after the other, on all nodes. */
  mutex: KeyedMutex
}

/** Sets a new password by a link that an admin made. */
export interface PasswordResetController {
  /**
   * Sets the password and ends all sessions of the user. A repeat with the same key and password does nothing more.
   * @throws AppError `invalid_input`, `link_not_valid`, `idempotency_key_reused`, `rate_limited` (per address)
   */
  reset(input: unknown, client: Client): Promise<void>
}

/** Creates the controller of password resets. */
export function createPasswordResetController({
  models,
  passwords,
  delivery,
  resetLimit,
  mutex,
}: PasswordResetControllerDeps): PasswordResetController {
  return { reset }

  async function reset(input: unknown, client: Client): Promise<void> {
    const { token, password, idempotencyKey } = validate<z.output<typeof resetSchema>>(resetSchema, input)
    const tokenHash = linkTokenHash(token)
    const key = requestKey(['reset', tokenHash], idempotencyKey ?? randomUUID())
    const address = addressKey(client.ip)
    // Checked before the work of hashing, so that an invented token costs the server nothing. Only such tokens count: a
    // good link works whatever strangers of the same address do.
    if (!(await find(tokenHash, key))) {
      await resetLimit.take(address)
      throw notValid()
    }
    await mutex(`reset ${tokenHash}`, async () => {
      const link = await find(tokenHash, key)
      if (!link) throw notValid()
      const turn = { group: address, key: tokenHash }
      if (link.tokenHash === tokenHash) await use(link, key, password, turn)
      else await requireSamePassword(link, key, password, turn)
    })
  }

  /**
   * Finds a link that works, or that the request with this key has used. A link dies with the role of its maker.
   */
  async function find(tokenHash: string, key: string): Promise<PasswordResetRecord | null> {
    const link = await models.PasswordReset.findOne({
      tokenHash: { $in: [tokenHash, usedTokenHash(tokenHash)] },
      expiresAt: { $gt: new Date() },
    }).lean()
    if (!link || (link.usedBy !== undefined && link.usedBy !== key)) return null
    return link.tokenHash !== tokenHash || (await isMakerTrusted(link)) ? link : null
  }

  async function use(link: PasswordResetRecord, key: string, password: string, turn: Turn): Promise<void> {
    const { _id, tokenHash } = link
    const passwordHash = await passwords.hash(password, turn)
    // One atomic step decides which of two requests uses the link. A repeat of the one that does can go on after a crash.
    const { matchedCount } = await models.PasswordReset.updateOne(
      { _id, tokenHash, expiresAt: { $gt: new Date() }, usedBy: link.usedBy ?? null },
      { $set: { usedBy: key } },
    )
    if (matchedCount === 0 || !(await isMakerTrusted(link))) throw notValid()
    await models.User.updateOne({ _id, state: { $ne: 'deleted' } }, { $set: { passwordHash } })
    await endSessionsOfUser(models.Session, delivery, _id)
    await models.PasswordReset.updateOne(
      { _id, tokenHash, usedBy: key },
      { $set: { tokenHash: usedTokenHash(tokenHash) } },
    )
  }

  /** Checks that a repeat has the password that the link has set. @throws AppError `idempotency_key_reused` */
  async function requireSamePassword(
    { _id }: PasswordResetRecord,
    key: string,
    password: string,
    turn: Turn,
  ): Promise<void> {
    await resetLimit.take(key)
    const user = await models.User.findById(_id, { passwordHash: 1 }).lean()
    requireSameRequest(user !== null && (await passwords.verify(password, user.passwordHash, turn)))
  }

  /** A link dies with the role of the admin who made it. One of the command line has no maker. */
  async function isMakerTrusted({ createdBy }: PasswordResetRecord): Promise<boolean> {
    return createdBy === null || isActiveAdmin(models, createdBy)
  }
}

function notValid(): AppError {
  return new AppError('link_not_valid')
}
