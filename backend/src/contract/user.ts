/** An id as the wire carries it: 24 hexadecimal digits. */
export type UserId = string

export const USER_ROLES = ['admin', 'member'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** What everybody may know of a person. */
export interface User {
  id: UserId
  /** Empty when the account was deleted. */
  username: string
  /** "Deleted account" of one that was deleted. */
  fullName: string
  role: UserRole
  /** ISO 8601, UTC. */
  createdAt: string
  /** ISO 8601: when their last connection ended; null when they never had one. Of no meaning while they are online. */
  lastSeenAt: string | null
  /** The content hash of the picture, for `GET /api/pictures/:hash/:size`; null: none. */
  picture: string | null
  /** Several lines; empty when there is none. */
  bio: string
  /** One line; empty when there is none. */
  statusText: string
}

/** What a person may know of themselves. */
export interface OwnUser extends User {
  email: string
  /** Nobody sees what they have read, and they see nobody's. */
  hidesReadReceipts: boolean
  /** ISO 8601: an admin has ruled that they write nothing until then; null: they may. */
  mutedUntil: string | null
}

/** Body of `PATCH /api/auth/me`; what is absent stays. */
export interface SettingsInput {
  fullName?: string | undefined
  bio?: string | undefined
  statusText?: string | undefined
  hidesReadReceipts?: boolean | undefined
}
