import { Schema, Types, type Connection, type Model } from 'mongoose'
import {
  ACCOUNT_STATES,
  USER_ROLES,
  type AccountState,
  type AdminUser,
  type OwnUser,
  type User,
  type UserRole,
} from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { normalizeEmail, searchKeys, sortKey, usernameKey } from '../lib/text.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'

export interface UserRecord {
  _id: Types.ObjectId
  /** As written, NFC. */
  username: string
  /** What usernames are unique on. */
  usernameKey: string
  email: string
  fullName: string
  /** What lists are ordered by. */
  fullNameKey: string
  searchKeys: string[]
  passwordHash: string
  role: UserRole
  createdAt: Date
  lastSeenAt: Date | null
  hidesReadReceipts: boolean
  /** Content hash. */
  pictureHash: string | null
  bio: string
  statusText: string
  state: AccountState
  /** Cannot write until then. */
  mutedUntil: Date | null
}

export type UserModel = Model<UserRecord>

const userSchema = new Schema<UserRecord>(
  {
    username: { type: String, required: true },
    usernameKey: { type: String, required: true },
    email: { type: String, required: true },
    fullName: { type: String, required: true },
    // Not `required`: Mongoose takes '' for absent, and a name of nothing but symbols folds to it.
    fullNameKey: { type: String, default: '' },
    searchKeys: { type: [String], required: true },
    passwordHash: { type: String, required: true },
    role: { type: String, enum: USER_ROLES, required: true },
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, default: null },
    hidesReadReceipts: { type: Boolean, default: false },
    pictureHash: { type: String, default: null },
    bio: { type: String, default: '' },
    statusText: { type: String, default: '' },
    state: { type: String, enum: ACCOUNT_STATES, default: 'active' },
    mutedUntil: { type: Date, default: null },
  },
  { versionKey: false },
)
userSchema.index({ usernameKey: 1 }, { unique: true })
userSchema.index({ email: 1 }, { unique: true })
userSchema.index({ searchKeys: 1 })
userSchema.index({ fullNameKey: 1, _id: 1 })
// The orders and filters of the admins' list.
userSchema.index({ createdAt: 1, _id: 1 })
userSchema.index({ lastSeenAt: 1, _id: 1 })
userSchema.index({ role: 1, fullNameKey: 1, _id: 1 })
userSchema.index({ state: 1, fullNameKey: 1, _id: 1 })
userSchema.index({ mutedUntil: 1 })

export function userModel(connection: Connection): UserModel {
  return connection.model<UserRecord>('User', userSchema)
}

type Shown = Pick<
  UserRecord,
  '_id' | 'username' | 'fullName' | 'role' | 'createdAt' | 'lastSeenAt' | 'pictureHash' | 'bio' | 'statusText'
>

export function toUser(record: Shown): User {
  return {
    id: String(record._id),
    username: record.username,
    fullName: record.fullName,
    role: record.role,
    createdAt: record.createdAt.toISOString(),
    lastSeenAt: record.lastSeenAt?.toISOString() ?? null,
    picture: record.pictureHash,
    bio: record.bio,
    statusText: record.statusText,
  }
}

export function toOwnUser(record: Shown & Pick<UserRecord, 'email' | 'hidesReadReceipts' | 'mutedUntil'>): OwnUser {
  return {
    ...toUser(record),
    email: record.email,
    hidesReadReceipts: record.hidesReadReceipts,
    mutedUntil: muteOf(record),
  }
}

export function toAdminUser(record: Shown & Pick<UserRecord, 'email' | 'state' | 'mutedUntil'>): AdminUser {
  const { email, state } = record
  return { ...toUser(record), email: state === 'deleted' ? '' : email, state, mutedUntil: muteOf(record) }
}

/** Null once it is over. */
function muteOf({ mutedUntil }: Pick<UserRecord, 'mutedUntil'>): string | null {
  return mutedUntil && mutedUntil > new Date() ? mutedUntil.toISOString() : null
}

/** A full name and what is derived from it. */
export function naming(
  username: string,
  fullName: string,
): Pick<UserRecord, 'fullName' | 'fullNameKey' | 'searchKeys'> {
  return { fullName, fullNameKey: sortKey(fullName), searchKeys: searchKeys(username, fullName) }
}

/** Notes when people were last seen, in one command for all of them. */
export function rememberSeen(users: UserModel, logger: Logger) {
  return async (people: string[], at: string): Promise<void> => {
    if (people.length === 0) return
    const lastSeenAt = new Date(at)
    await users.collection
      .updateMany({ _id: { $in: people.map((id) => new Types.ObjectId(id)) } }, { $max: { lastSeenAt } })
      .catch((error: unknown) => {
        logger.warn({ err: error, people: people.length }, 'when people were last seen could not be kept')
      })
  }
}

/** Reserved for the first account, so that the unique `_id` decides a race for it on every engine and node. */
const FIRST_USER_ID = new Types.ObjectId('000000000000000000000001')

/**
 * Keeps a new account. The first one of all is the admin, every later one a member.
 * @throws AppError `username_taken` or `email_taken`
 */
export async function createUser(
  users: UserModel,
  account: Pick<UserRecord, 'username' | 'email' | 'fullName' | 'passwordHash'>,
): Promise<UserRecord> {
  const username = account.username.normalize('NFC')
  const record = {
    username,
    usernameKey: usernameKey(username),
    email: normalizeEmail(account.email),
    ...naming(username, account.fullName),
    passwordHash: account.passwordHash,
    createdAt: new Date(),
    lastSeenAt: null,
    hidesReadReceipts: false,
    pictureHash: null,
    bio: '',
    statusText: '',
    state: 'active' as const,
    mutedUntil: null,
  }
  if ((await users.exists({})) === null) {
    try {
      return await insert(users, { ...record, _id: FIRST_USER_ID, role: 'admin' })
    } catch (error) {
      // Somebody else was first between the look and the insert: this one joins as a member.
      const reason = await refusal(users, record, error)
      if (reason) throw reason
    }
  }
  try {
    return await insert(users, { ...record, _id: new Types.ObjectId(), role: 'member' })
  } catch (error) {
    throw (await refusal(users, record, error)) ?? error
  }
}

async function insert(users: UserModel, record: UserRecord): Promise<UserRecord> {
  await users.create(record)
  return record
}

/** Which name was taken; null when nothing but the `_id` was. @throws `cause`, when no unique index refused the account */
async function refusal(
  users: UserModel,
  { usernameKey, email }: Pick<UserRecord, 'usernameKey' | 'email'>,
  cause: unknown,
): Promise<AppError | null> {
  if (duplicateKeyAt(cause) === null) throw cause
  if (await users.exists({ usernameKey })) {
    return new AppError('username_taken', 'Somebody has this username already.', {
      cause,
      errors: [{ field: 'username', message: 'is taken' }],
    })
  }
  if (await users.exists({ email })) {
    return new AppError('email_taken', 'There is an account with this e-mail address already.', {
      cause,
      errors: [{ field: 'email', message: 'is taken' }],
    })
  }
  return null
}
