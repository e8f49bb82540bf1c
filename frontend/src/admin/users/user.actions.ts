import type { AdminUser } from 'backend/contract'

export const USER_ACTIONS = ['role', 'disable', 'mute', 'logout', 'reset', 'delete'] as const
/** An action that opens a dialog first. */
export type UserAction = (typeof USER_ACTIONS)[number]

export interface Asking {
  action: UserAction
  user: AdminUser
}

/** Takes a user as an action left them, or null when they were removed. */
export type Changed = (next: AdminUser | null, id: string) => void

/** Returns whether the user is muted. `now` is in milliseconds since 1970. */
export function isMuted({ mutedUntil }: Pick<AdminUser, 'mutedUntil'>, now: number): boolean {
  return mutedUntil !== null && Date.parse(mutedUntil) > now
}
