import { t } from '@lingui/core/macro'
import type { Conversation, User, UserId } from 'backend/contract'
import { nameOfUser } from '../people/userName.format.ts'

/** Returns the name of a conversation: the other user, "You" for the conversation with oneself, the group, or "Announcements". */
export function titleOf({ kind, peer, group }: Conversation, ownId: UserId | undefined): string {
  if (kind === 'broadcast') return t`Announcements`
  if (group) return group.name
  if (!peer) return t`Conversation`
  return peer.id === ownId ? t`You` : nameOfUser(peer)
}

/** Returns the first word of a full name. A name without spaces is returned whole. */
export function firstName({ fullName }: Pick<User, 'fullName'>): string {
  return fullName.trim().split(/\s+/u)[0] ?? fullName
}
