/** An id on the wire: 24 hexadecimal digits. */
export type UserId = string

export const USER_ROLES = ['admin', 'member'] as const
export type UserRole = (typeof USER_ROLES)[number]

export const ACCOUNT_STATES = ['active', 'disabled', 'deleted'] as const
/** `disabled`: the user cannot sign in; everything else stays. `deleted`: at most the user's messages are left. */
export type AccountState = (typeof ACCOUNT_STATES)[number]

/** The public data of a user. */
export interface User {
  id: UserId
  /** Empty for a deleted account. */
  username: string
  /** "Deleted account" for a deleted account. */
  fullName: string
  role: UserRole
  /** ISO 8601, UTC. */
  createdAt: string
  /**
   * ISO 8601: when the last connection of the user ended; null when there never was one. It has no meaning while the
   * user is online.
   */
  lastSeenAt: string | null
  /** The content hash of the picture, for `GET /api/pictures/:hash/:size`; null: none. */
  picture: string | null
  /** May have several lines; empty when there is none. */
  bio: string
  /** One line; empty when there is none. */
  statusText: string
  /** Another account has a full name that looks the same, so a page shows the username beside the name. */
  hasNamesake?: true
  /** Absent for an active account. An account in another state reads nothing and cannot be found. */
  state?: AccountState
}

/** A user as they see themselves. */
export interface OwnUser extends User {
  email: string
  /** No other user sees how far this user has read, and this user does not see it of others. */
  hidesReadReceipts: boolean
  /** ISO 8601: an admin has muted the user until then; null: the user may write. */
  mutedUntil: string | null
  /** Raised by each change of `fullName`, `bio` or `statusText`; 0 at first. */
  profileRevision: number
}

/** Body of `PATCH /api/auth/me`. A field that is absent stays. */
export interface SettingsInput {
  fullName?: string | undefined
  bio?: string | undefined
  statusText?: string | undefined
  hidesReadReceipts?: boolean | undefined
  /** The `profileRevision` whose texts the user edited. Refused (`profile_edited`, with the texts of now) at another one. */
  fromRevision?: number | undefined
}
