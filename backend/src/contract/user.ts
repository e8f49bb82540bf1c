/** An id as the wire carries it: 24 hexadecimal digits. */
export type UserId = string

export const USER_ROLES = ['admin', 'member'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** What everybody may know of a person. */
export interface User {
  id: UserId
  username: string
  fullName: string
  role: UserRole
  /** ISO 8601, UTC. */
  createdAt: string
}

/** What a person may know of themselves. */
export interface OwnUser extends User {
  email: string
}
