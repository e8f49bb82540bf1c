import type { Conversation } from 'backend/contract'
import { Megaphone, Users } from 'lucide-react'
import { Avatar, RoomAvatar, type AvatarSize } from '../people/Avatar.tsx'

interface ConversationAvatarProps {
  conversation: Pick<Conversation, 'id' | 'peer' | 'group'>
  size?: AvatarSize
  /** Presence of the other user. */
  presence?: 'online' | 'away' | 'offline' | 'unknown'
}

/** Shows the picture of a conversation: round for a user, square for a group, petrol for Announcements. */
export function ConversationAvatar({
  conversation: { id, peer, group },
  size = 44,
  presence = 'unknown',
}: ConversationAvatarProps) {
  if (peer) return <Avatar user={peer} size={size} presence={presence} />
  if (group) return <RoomAvatar icon={Users} name={group.name} id={id} picture={group.picture} size={size} />
  return <RoomAvatar icon={Megaphone} size={size} />
}
