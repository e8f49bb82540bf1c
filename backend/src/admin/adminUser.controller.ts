import { Types, type UpdateQuery } from 'mongoose'
import { LIMITS, type AccountState, type AdminUser, type ResetLink } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { linkTokenAgain, NO_REQUEST, newRepeatableLinkToken } from '../lib/auth/linkTokens.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import { idempotent, requestFields } from '../lib/idempotency.ts'
import { oneSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { toAdminUser, toOwnUser, toUser, type UserRecord } from '../models/user.model.ts'
import { muteSchema, roleSchema } from './admin.schemas.ts'
import { createAdminUserList, type AdminUserList } from './adminUser.repository.ts'
import { endSessionsOfUser } from '../accounts/index.ts'

const resetLinkSchema = oneSchema.extend(idempotent)

/** Manages the accounts of users. */
export interface AdminUserController {
  list: AdminUserList

  /** Returns an account. @throws AppError `invalid_input`, `not_found` */
  get(_actor: Actor, input: unknown): Promise<AdminUser>

  /**
   * Changes the role of a user, and ends the user's sessions, because the role is in the tokens. Admins cannot change
   * their own role.
   * @throws AppError `invalid_input`, `not_found`, `last_admin`, `forbidden`
   */
  changeRole(actor: Actor, input: unknown): Promise<AdminUser>

  /**
   * Disables an account. All its sessions end, and none can begin. @throws AppError `invalid_input`, `not_found`,
   * `last_admin`
   */
  disable(_actor: Actor, input: unknown): Promise<AdminUser>

  /** Enables an account again. @throws AppError `invalid_input`, `not_found` */
  enable(_actor: Actor, input: unknown): Promise<AdminUser>

  /** Ends all sessions of a user. The user may sign in again. @throws AppError `invalid_input`, `not_found` */
  logout(_actor: Actor, input: unknown): Promise<void>

  /** Mutes a user until a time, or ends the mute. @throws AppError `invalid_input`, `not_found` */
  mute(_actor: Actor, input: unknown): Promise<AdminUser>

  /**
   * Creates a link with which the user sets a new password. It replaces an earlier link.
   * @param actor null for the command line
   * @throws AppError `invalid_input`, `not_found`
   */
  resetLink(actor: Actor | null, input: unknown): Promise<ResetLink>

  /**
   * Runs one change of accounts after the other. Otherwise two admins could each take the role of the other, and there
   * would be no admin.
   */
  runExclusive<T>(change: () => Promise<T>): Promise<T>

  /** Finds an account. @throws AppError `not_found`, also for a deleted account */
  existing(id: string): Promise<UserRecord>

  /**
   * Changes role or state, unless no admin would be left. Two nodes could change the last two admins at once, so each
   * counts the admins afterwards, and undoes its change when none is left.
   * @param back undoes `set`
   * @throws AppError `last_admin`
   */
  change(before: UserRecord, set: Partial<UserRecord>, back: Partial<UserRecord>): Promise<UserRecord>
}

export interface AdminUserControllerDeps {
  models: Models
  delivery: Delivery
  /** Called after a user was muted, and with null after a mute ended. */
  onMute: (userId: string, until: Date | null) => void
  mutex: KeyedMutex
}

/** Creates the controller. A repeated call changes nothing. */
export function createAdminUserController({
  models,
  delivery,
  onMute,
  mutex,
}: AdminUserControllerDeps): AdminUserController {
  const { User, Session, PasswordReset } = models
  const runExclusive = <T>(change: () => Promise<T>): Promise<T> => mutex('accounts', change)

  return {
    list: createAdminUserList(User),

    async get(_actor, input) {
      return toAdminUser(await existing(validate(oneSchema, input).id))
    },

    changeRole(actor, input) {
      const { id, role } = validate(roleSchema, input)
      return runExclusive(async () => {
        const before = await existing(id)
        if (before.role === role) {
          await delivery.userChanged(toUser(before), false)
          return toAdminUser(before)
        }
        if (id === actor.userId)
          throw (await User.countDocuments(ADMINS)) <= 1 ? lastAdmin() : new AppError('own_role_fixed')
        const after = await change(before, { role }, { role: before.role })
        await endSessionsOfUser(Session, delivery, before._id)
        await delivery.userChanged(toUser(after))
        return toAdminUser(after)
      })
    },

    disable: (_actor, input) => setState(input, 'disabled'),

    enable: (_actor, input) => setState(input, 'active'),

    async logout(_actor, input) {
      const { _id } = await existing(validate(oneSchema, input).id)
      await endSessionsOfUser(Session, delivery, _id)
    },

    async mute(_actor, input) {
      const { id, seconds, until } = validate(muteSchema, input)
      const before = await existing(id)
      const mutedUntil = seconds !== undefined ? new Date(Date.now() + seconds * 1000) : until ? new Date(until) : null
      const after = await update(before._id, { mutedUntil })
      onMute(id, mutedUntil)
      delivery.ownUserChanged(toOwnUser(after))
      return toAdminUser(after)
    },

    async resetLink(actor, input) {
      const { id, idempotencyKey } = validate(resetLinkSchema, input)
      const { _id } = await existing(id)
      const request = requestFields(['resetLink', actor?.userId ?? '', id], idempotencyKey, {})
      return mutex(`resetLink ${id}`, async () => {
        const { requestKey } = request
        const first = requestKey === undefined ? null : await PasswordReset.findOne({ _id, requestKey }).lean()
        if (first) return { token: linkTokenAgain(first, idempotencyKey), expiresAt: first.expiresAt.toISOString() }
        const { token, tokenHash, fields } = newRepeatableLinkToken(request, idempotencyKey)
        const expiresAt = new Date(Date.now() + LIMITS.resetSeconds * 1000)
        const createdBy = actor && new Types.ObjectId(actor.userId)
        await PasswordReset.collection.updateOne(
          { _id },
          {
            $set: { tokenHash, createdBy, expiresAt, ...fields },
            $unset: { usedBy: '', ...(requestKey === undefined && NO_REQUEST) },
          },
          { upsert: true },
        )
        return { token, expiresAt: expiresAt.toISOString() }
      })
    },

    runExclusive,
    existing,
    change,
  }

  function setState(input: unknown, state: AccountState): Promise<AdminUser> {
    const { id } = validate(oneSchema, input)
    return runExclusive(async () => {
      const before = await existing(id)
      const after = before.state === state ? before : await change(before, { state }, { state: before.state })
      if (state === 'disabled') await endSessionsOfUser(Session, delivery, before._id)
      await delivery.userChanged(toUser(after), before.state !== state)
      return toAdminUser(after)
    })
  }

  async function existing(id: string): Promise<UserRecord> {
    const user = await User.findById(id).lean()
    if (!user || user.state === 'deleted') throw new AppError('no_such_account')
    return user
  }

  async function change(before: UserRecord, set: Partial<UserRecord>, back: Partial<UserRecord>): Promise<UserRecord> {
    const isAdmin = before.role === 'admin' && before.state === 'active'
    if (isAdmin && (await User.countDocuments(ADMINS)) <= 1) throw lastAdmin()
    const after = await update(before._id, set)
    if (isAdmin && (await User.countDocuments(ADMINS)) === 0) {
      await update(before._id, back)
      throw lastAdmin()
    }
    return after
  }

  async function update(_id: Types.ObjectId, $set: UpdateQuery<UserRecord>['$set'] & object): Promise<UserRecord> {
    const after = await User.findByIdAndUpdate(_id, { $set }, { returnDocument: 'after' }).lean()
    if (!after) throw new AppError('no_such_account')
    return after
  }
}

const ADMINS = { role: 'admin', state: 'active' } as const

function lastAdmin(): AppError {
  return new AppError('last_admin')
}
