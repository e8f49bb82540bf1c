import type { PresenceChange, UserId } from 'backend/contract'

/** The users who are online, those who are away included, and the users who are away. */
export interface PresenceSets {
  online: Set<UserId>
  away: Set<UserId>
}

/** Changes the sets by an event of the server. */
export function applyPresence({ online, away }: PresenceSets, change: PresenceChange): void {
  for (const id of [...change.online, ...change.away]) online.add(id)
  for (const id of change.away) away.add(id)
  for (const id of [...change.online, ...change.offline]) away.delete(id)
  for (const id of change.offline) online.delete(id)
}
