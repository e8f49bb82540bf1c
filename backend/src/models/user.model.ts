import { Schema, type Connection, type Model, type Types } from 'mongoose'
import {
  ACCOUNT_STATES,
  USER_ROLES,
  userSearchKeys,
  type AccountState,
  type AdminUser,
  type OwnUser,
  type User,
  type UserRole,
} from '../contract/index.ts'
import { fullNameSkeleton } from '../lib/names/confusables.ts'
import { sortKey } from '../lib/text.ts'

export interface UserRecord {
  _id: Types.ObjectId
  /** As the user wrote it, in NFC. */
  username: string
  /** The form on which usernames are unique. */
  usernameKey: string
  /**
   * The look of the username, which is unique too. An account that is older than this rule and looks like another has its
   * id appended. Absent when a program of schema 7 made the account.
   */
  usernameSkeleton?: string
  email: string
  fullName: string
  /** The key that orders lists of users. */
  fullNameKey: string
  /** The look of the full name. Empty for a deleted account. */
  fullNameSkeleton?: string
  /** Another account has the same `fullNameSkeleton`. */
  hasNamesake?: boolean
  searchKeys: string[]
  passwordHash: string
  /** The key of the request that made the account (lib/idempotency.ts); absent when the client gave none. */
  signupKey?: string
  role: UserRole
  createdAt: Date
  lastSeenAt: Date | null
  hidesReadReceipts: boolean
  /** The hash of the picture's content. */
  pictureHash: string | null
  bio: string
  statusText: string
  /** Raised by each change of `fullName`, `bio` or `statusText`; absent before the first. */
  profileRevision?: number
  state: AccountState
  /** Until this time the user cannot write. */
  mutedUntil: Date | null
}

export type UserModel = Model<UserRecord>

const userSchema = new Schema<UserRecord>(
  {
    username: { type: String, required: true },
    usernameKey: { type: String, required: true },
    usernameSkeleton: String,
    email: { type: String, required: true },
    fullName: { type: String, required: true },
    // Not `required`: Mongoose reads '' as absent, and a name with symbols only folds to ''.
    fullNameKey: { type: String, default: '' },
    fullNameSkeleton: String,
    hasNamesake: { type: Boolean, default: false },
    searchKeys: { type: [String], required: true },
    passwordHash: { type: String, required: true },
    signupKey: String,
    role: { type: String, enum: USER_ROLES, required: true },
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, default: null },
    hidesReadReceipts: { type: Boolean, default: false },
    pictureHash: { type: String, default: null },
    bio: { type: String, default: '' },
    statusText: { type: String, default: '' },
    profileRevision: Number,
    state: { type: String, enum: ACCOUNT_STATES, default: 'active' },
    mutedUntil: { type: Date, default: null },
  },
  { versionKey: false },
)
userSchema.index({ usernameKey: 1 }, { unique: true })
// Sparse: a program of schema 7 stores accounts without it.
userSchema.index({ usernameSkeleton: 1 }, { unique: true, sparse: true })
// Sparse: most accounts have none.
userSchema.index({ signupKey: 1 }, { unique: true, sparse: true })
userSchema.index({ email: 1 }, { unique: true })
userSchema.index({ searchKeys: 1 })
userSchema.index({ fullNameKey: 1, _id: 1 })
userSchema.index({ fullNameSkeleton: 1 })
// For the orders and filters of the admins' list of users.
userSchema.index({ createdAt: 1, _id: 1 })
userSchema.index({ lastSeenAt: 1, _id: 1 })
userSchema.index({ role: 1, fullNameKey: 1, _id: 1 })
userSchema.index({ state: 1, fullNameKey: 1, _id: 1 })
userSchema.index({ mutedUntil: 1 })

/** Returns the model `User` on this connection. */
export function userModel(connection: Connection): UserModel {
  return connection.model<UserRecord>('User', userSchema)
}

type PublicFields = Pick<
  UserRecord,
  | '_id'
  | 'username'
  | 'fullName'
  | 'role'
  | 'createdAt'
  | 'lastSeenAt'
  | 'pictureHash'
  | 'bio'
  | 'statusText'
  | 'hasNamesake'
  | 'state'
>

/** Returns a user as other users see them. */
export function toUser(record: PublicFields): User {
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
    ...(record.hasNamesake === true && { hasNamesake: true }),
    ...(record.state !== 'active' && { state: record.state }),
  }
}

/** Returns a user as they see themselves. */
export function toOwnUser(
  record: PublicFields & Pick<UserRecord, 'email' | 'hidesReadReceipts' | 'mutedUntil' | 'profileRevision'>,
): OwnUser {
  return {
    ...toUser(record),
    email: record.email,
    hidesReadReceipts: record.hidesReadReceipts,
    mutedUntil: muteOf(record),
    profileRevision: record.profileRevision ?? 0,
  }
}

/** Returns a user as admins see them. A deleted account has no e-mail address. */
export function toAdminUser(record: PublicFields & Pick<UserRecord, 'email' | 'mutedUntil'>): AdminUser {
  const { email, state } = record
  return { ...toUser(record), email: state === 'deleted' ? '' : email, state, mutedUntil: muteOf(record) }
}

/** Returns the end of a mute in ISO 8601; null when there is none or it is over. */
function muteOf({ mutedUntil }: Pick<UserRecord, 'mutedUntil'>): string | null {
  return mutedUntil && mutedUntil > new Date() ? mutedUntil.toISOString() : null
}

/** Returns a full name with the fields that are derived from it. */
export function nameFields(
  username: string,
  fullName: string,
): Pick<UserRecord, 'fullName' | 'fullNameKey' | 'fullNameSkeleton' | 'searchKeys'> {
  return {
    fullName,
    fullNameKey: sortKey(fullName),
    fullNameSkeleton: fullNameSkeleton(fullName),
    searchKeys: userSearchKeys(fullName, username),
  }
}
