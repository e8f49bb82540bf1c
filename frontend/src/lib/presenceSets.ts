import type { PresenceStates, UserId } from 'backend/contract'

/** The users who are online, those who are away included, and the users who are away. */
export interface PresenceSets {
  online: Set<UserId>
  away: Set<UserId>
}

/** Changes the sets by what the server tells. */
export function applyPresence({ online, away }: PresenceSets, states: PresenceStates): void {
  for (const id of [...states.online, ...states.away]) online.add(id)
  for (const id of states.away) away.add(id)
  for (const id of [...states.online, ...states.offline]) away.delete(id)
  for (const id of states.offline) online.delete(id)
}
