import type { Conversation, User, UserId } from 'backend/contract'

/** What a conversation is called: the other person, "You" with oneself, a group's name, or "Announcements". */
export function titleOf({ kind, peer, group }: Conversation, ownId: UserId): string {
  if (kind === 'broadcast') return 'Announcements'
  if (group) return group.name
  if (!peer) return 'Conversation'
  return peer.id === ownId ? 'You' : peer.fullName
}

/** How one speaks to a person. Names without spaces are taken whole. */
export function firstName({ fullName }: User): string {
  return fullName.trim().split(/\s+/u)[0] ?? fullName
}
