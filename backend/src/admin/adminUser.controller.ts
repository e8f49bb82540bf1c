import { Types, type UpdateQuery } from 'mongoose'
import { LIMITS, type AccountState, type AdminUser, type AdminUserPage, type ResetLink } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { newLinkToken } from '../lib/auth/linkTokens.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import { oneSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { toAdminUser, toOwnUser, toUser, type UserRecord } from '../models/user.model.ts'
import { muteSchema, roleSchema } from './admin.schemas.ts'
import { adminUserList } from './adminUser.repository.ts'
import { endSessionsOfUser } from '../accounts/index.ts'

export interface AdminUserController {
  list(actor: Actor, input: unknown): Promise<AdminUserPage>

  /** @throws AppError `invalid_input`, `not_found` */
  get(_actor: Actor, input: unknown): Promise<AdminUser>

  /**
   * The role is in the tokens, so the person's sessions end; one's own is for another admin to change.
   * @throws AppError `invalid_input`, `not_found`, `last_admin`, `forbidden`
   */
  changeRole(actor: Actor, input: unknown): Promise<AdminUser>

  /** All sessions end, and none begins. @throws AppError `invalid_input`, `not_found`, `last_admin` */
  disable(_actor: Actor, input: unknown): Promise<AdminUser>

  /** @throws AppError `invalid_input`, `not_found` */
  enable(_actor: Actor, input: unknown): Promise<AdminUser>

  /** Ends all sessions; the person may sign in again. @throws AppError `invalid_input`, `not_found` */
  logout(_actor: Actor, input: unknown): Promise<void>

  /** @throws AppError `invalid_input`, `not_found` */
  mute(_actor: Actor, input: unknown): Promise<AdminUser>

  /** A link to a new password, in the place of an earlier one. @param actor null: the command line. @throws AppError `invalid_input`, `not_found` */
  resetLink(actor: Actor | null, input: unknown): Promise<ResetLink>

  /** Two admins at once could each make the other a member, and nobody would be admin. */
  runExclusive<T>(change: () => Promise<T>): Promise<T>

  /** @throws AppError `not_found`, also for who was deleted */
  existing(id: string): Promise<UserRecord>

  /**
   * Changes role or state, unless nobody would be left to be admin. Here one such change follows the other; two nodes may take the last
   * two admins at once, so each looks afterwards, and gives back what it took.
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

/** What admins do to accounts. Each can be repeated: a second time changes nothing. */
export function createAdminUserController({
  models,
  delivery,
  onMute,
  mutex,
}: AdminUserControllerDeps): AdminUserController {
  const { User, Session, PasswordReset } = models
  const runExclusive = <T>(change: () => Promise<T>): Promise<T> => mutex('accounts', change)

  return {
    list: adminUserList(User),

    async get(_actor, input) {
      return toAdminUser(await existing(validate(oneSchema, input).id))
    },

    changeRole(actor, input) {
      const { id, role } = validate(roleSchema, input)
      return runExclusive(async () => {
        const before = await existing(id)
        if (before.role === role) return toAdminUser(before)
        if (id === actor.userId)
          throw (await User.countDocuments(ADMINS)) <= 1 ? lastAdmin() : new AppError('own_role_fixed')
        const after = await change(before, { role }, { role: before.role })
        await endSessionsOfUser(Session, delivery, before._id)
        delivery.userChanged(toUser(after))
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
      const { id, until } = validate(muteSchema, input)
      const before = await existing(id)
      const mutedUntil = until === null || Date.parse(until) <= Date.now() ? null : new Date(until)
      const after = await update(before._id, { mutedUntil })
      onMute(id, mutedUntil)
      delivery.ownUserChanged(toOwnUser(after))
      return toAdminUser(after)
    },

    async resetLink(actor, input) {
      const { _id } = await existing(validate(oneSchema, input).id)
      const { token, tokenHash } = newLinkToken()
      const expiresAt = new Date(Date.now() + LIMITS.resetSeconds * 1000)
      await PasswordReset.collection.updateOne(
        { _id },
        { $set: { tokenHash, createdBy: actor && new Types.ObjectId(actor.userId), expiresAt } },
        { upsert: true },
      )
      return { token, expiresAt: expiresAt.toISOString() }
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
