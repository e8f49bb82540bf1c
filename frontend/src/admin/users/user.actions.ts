import type { AdminUser } from 'backend/contract'

export const USER_ACTIONS = ['role', 'disable', 'mute', 'logout', 'reset', 'delete'] as const
/** What asks first, by a dialog. */
export type UserAction = (typeof USER_ACTIONS)[number]

export interface Asking {
  action: UserAction
  person: AdminUser
}

/** Of a person, after something was done: as they are now, or null when they are gone. */
export type Changed = (next: AdminUser | null, id: string) => void

export function isMuted({ mutedUntil }: Pick<AdminUser, 'mutedUntil'>, now: number): boolean {
  return mutedUntil !== null && Date.parse(mutedUntil) > now
}
