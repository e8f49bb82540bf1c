import { Types } from 'mongoose'
import type { User, UserRole } from '../contract/index.ts'
import { AppError, fieldError, invalidField } from '../lib/errors.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Logger } from '../lib/logger.ts'
import { orderTime } from '../lib/orderClock.ts'
import { skeleton } from '../lib/names/confusables.ts'
import { isReservedFullName, isReservedUsername } from '../lib/names/reservedNames.ts'
import { normalizeEmail, usernameKey } from '../lib/text.ts'
import type { Models } from '../models/index.ts'
import { nameFields, toUser, type UserModel, type UserRecord } from '../models/user.model.ts'

/** The filter for accounts whose users can be found, added and written to. */
export const ACTIVE = { state: { $nin: ['disabled' as const, 'deleted' as const] } }
/** The filter for accounts that were not deleted. */
export const NOT_DELETED = { state: { $ne: 'deleted' as const } }
/** The filter for all accounts. A deleted one is shown as "Deleted account" where something of it is left. */
export const INCLUDING_DELETED = {}

type Among = typeof ACTIVE | typeof NOT_DELETED | typeof INCLUDING_DELETED

/** Checks that there is an account for each of these different ids. @throws AppError `not_found` */
export async function requireUsers(
  { User }: Pick<Models, 'User'>,
  ids: Types.ObjectId[],
  among: Among = ACTIVE,
): Promise<void> {
  if (ids.length === 0) return
  const found = await User.countDocuments({ _id: { $in: ids }, ...among })
  if (found < ids.length) throw new AppError(ids.length === 1 ? 'no_such_user' : 'not_all_users_found')
}

/** Returns the public data of users by id, in one query. An id without an account is left out. */
export async function usersById(
  { User }: Pick<Models, 'User'>,
  ids: Types.ObjectId[],
  among: Among = INCLUDING_DELETED,
): Promise<ReadonlyMap<string, User>> {
  const found =
    ids.length === 0
      ? []
      : await User.find({ _id: { $in: ids }, ...among }, { passwordHash: 0, searchKeys: 0, email: 0 }).lean()
  return new Map(found.map((record): [string, User] => [record._id.toHexString(), toUser(record)]))
}

/** Tells whether this user is an admin whose account is active now: links that an admin made live as long. */
export async function isActiveAdmin({ User }: Pick<Models, 'User'>, _id: Types.ObjectId): Promise<boolean> {
  return (await User.exists({ _id, role: 'admin', state: 'active' })) !== null
}

/** How much the clocks of two nodes may differ. */
const CLOCKS_DIFFER_MS = 60_000

/** Records when users were last seen, in one command. A failure is logged and not thrown. @param at ISO 8601 */
export async function recordLastSeen(users: UserModel, logger: Logger, userIds: string[], at: string): Promise<void> {
  if (userIds.length === 0) return
  const lastSeenAt = new Date(at)
  const _id = { $in: userIds.map((id) => new Types.ObjectId(id)) }
  // A time in the future is from before the clock was set back. `$max` alone would keep it.
  const isWrong = { $gt: new Date(lastSeenAt.getTime() + CLOCKS_DIFFER_MS) }
  await users.collection
    .bulkWrite([
      { updateMany: { filter: { _id, lastSeenAt: isWrong }, update: { $set: { lastSeenAt } } } },
      { updateMany: { filter: { _id }, update: { $max: { lastSeenAt } } } },
    ])
    .catch((error: unknown) => {
      logger.warn({ err: error, users: userIds.length }, 'the time when users were last seen could not be stored')
    })
}

/** The id of the first account. The unique `_id` decides a race for it, on every storage engine and node. */
const FIRST_USER_ID = new Types.ObjectId('000000000000000000000001')

/**
 * Stores a new account. The first account of the server becomes an admin, every later one a plain user.
 * @param userId the id of an account that is not the first
 * @param mayBeReserved the account may have a name that is reserved for admins, as the first one may
 * @throws AppError `username_taken`, `email_taken`, or `invalid_input` (a reserved name)
 */
export async function createUser(
  users: UserModel,
  account: Pick<UserRecord, 'username' | 'email' | 'fullName' | 'passwordHash'> & { signupKey?: string | undefined },
  { userId = new Types.ObjectId(), mayBeReserved = false }: { userId?: Types.ObjectId; mayBeReserved?: boolean } = {},
): Promise<UserRecord> {
  const username = account.username.normalize('NFC')
  const record = {
    username,
    usernameKey: usernameKey(username),
    usernameSkeleton: skeleton(username),
    email: normalizeEmail(account.email),
    ...nameFields(username, account.fullName),
    passwordHash: account.passwordHash,
    ...(account.signupKey !== undefined && { signupKey: account.signupKey }),
    // A broadcast goes to the users who signed up before it, by this clock.
    createdAt: orderTime(),
    lastSeenAt: null,
    hidesReadReceipts: false,
    pictureHash: null,
    bio: '',
    statusText: '',
    state: 'active' as const,
    mutedUntil: null,
  }
  if ((await users.exists({})) === null) {
    requireFreeNames(account, 'admin')
    try {
      return await insert(users, { ...record, _id: FIRST_USER_ID, role: 'admin' })
    } catch (error) {
      // Another signup was faster between the check and the insert, so this account becomes a plain user.
      const reason = await refusal(users, record, error)
      if (reason) throw reason
    }
  }
  // A name that another account has is taken, also when it is a reserved one.
  if (!(await users.exists({ usernameKey: record.usernameKey })))
    requireFreeNames(account, mayBeReserved ? 'admin' : 'member')
  try {
    return await insert(users, { ...record, _id: userId, role: 'member' })
  } catch (error) {
    throw (await refusal(users, record, error)) ?? error
  }
}

/** Checks that no name is reserved for the server or for admins. @throws AppError `invalid_input` */
function requireFreeNames({ username, fullName }: Pick<UserRecord, 'username' | 'fullName'>, role: UserRole): void {
  if (role !== 'admin' && isReservedUsername(username)) throw invalidField('username', 'is_reserved')
  requireFreeFullName(fullName, role)
}

/** @throws AppError `invalid_input` when the full name is reserved */
export function requireFreeFullName(fullName: string, role: UserRole): void {
  if (isReservedFullName(fullName, role)) throw invalidField('fullName', 'is_reserved')
}

async function insert(users: UserModel, record: UserRecord): Promise<UserRecord> {
  await users.create(record)
  return record
}

/**
 * Returns the error for the name that is taken; null when only the `_id` was. @throws `cause` when no unique index
 * refused the account
 */
async function refusal(
  users: UserModel,
  { usernameKey, usernameSkeleton, email }: Pick<UserRecord, 'usernameKey' | 'email'> & { usernameSkeleton: string },
  cause: unknown,
): Promise<AppError | null> {
  if (duplicateKeyAt(cause) === null) throw cause
  if (await users.exists({ usernameKey })) {
    return new AppError('username_taken', {}, { cause, errors: [fieldError('username', 'is_taken')] })
  }
  if (await users.exists({ usernameSkeleton })) {
    return new AppError('username_looks_taken', {}, { cause, errors: [fieldError('username', 'looks_taken')] })
  }
  if (await users.exists({ email })) {
    return new AppError('email_taken', {}, { cause, errors: [fieldError('email', 'is_taken')] })
  }
  return null
}
