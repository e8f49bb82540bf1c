import type { GroupRole } from 'backend/contract'

export type MemberAction = 'makeAdmin' | 'makeMember' | 'transfer' | 'remove'

/** Returns the actions of one role on another: an admin removes members, the owner does everything. */
export function memberActions(own: GroupRole, other: GroupRole): MemberAction[] {
  if (other === 'owner' || own === 'member') return []
  if (own === 'admin') return other === 'member' ? ['remove'] : []
  return [other === 'member' ? 'makeAdmin' : 'makeMember', 'transfer', 'remove']
}
