import type { Conversation, OwnUser, User } from 'backend/contract'
import { ChevronLeft, EllipsisVertical, Megaphone, SquarePen } from 'lucide-react'
import { Link, useNavigate } from 'react-router'
import { usePresenceOf } from '../../store/presence.store.ts'
import { UnreadItem } from '../conversations/UnreadItem.tsx'
import { Avatar, RoomAvatar } from '../ui/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { Bone } from '../ui/Skeleton.tsx'
import { LastSeen } from './LastSeen.tsx'
import { titleOf } from './names.ts'

interface HeaderProps {
  /** Undefined while it is being fetched, null when there is none. */
  conversation: Conversation | undefined | null
  user: OwnUser
}

export function ConversationHeader({ conversation, user }: HeaderProps) {
  return (
    <header className="conversation-header">
      <Link to="/" className="icon-button md:hidden" aria-label="Back to chats">
        <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
      </Link>
      {conversation === undefined && <HeaderBones />}
      {conversation?.kind === 'broadcast' && <AnnouncementsTitle isAdmin={user.role === 'admin'} />}
      {conversation?.kind === 'direct' && conversation.peer && (
        <PersonTitle person={conversation.peer} title={titleOf(conversation, user.id)} isSelf={conversation.peer.id === user.id} />
      )}
      {conversation && conversation.lastSeq > 0 && <HeaderMenu conversation={conversation} />}
    </header>
  )
}

function PersonTitle({ person, title, isSelf }: { person: User; title: string; isSelf: boolean }) {
  return (
    <>
      <Avatar person={person} size={36} />
      <div className="min-w-0 grow">
        <h2 className="conversation-title">
          <bdi>{title}</bdi>
        </h2>
        <p className="truncate text-cap text-muted">
          {isSelf ? 'Messages to yourself' : <PresenceWords person={person} />}
        </p>
      </div>
    </>
  )
}

function PresenceWords({ person }: { person: User }) {
  switch (usePresenceOf(person.id)) {
    case 'online':
      return <span className="text-ok-ink">Online</span>
    case 'away':
      return <span className="text-warn-ink">Away</span>
    case 'offline':
      return <LastSeen userId={person.id} />
    case 'unknown':
      return 'Waiting for the connection'
  }
}

/** Marking as unread leads back to the list: what is looked at is read. */
function HeaderMenu({ conversation }: { conversation: Conversation }) {
  const navigate = useNavigate()
  return (
    <Menu label="Conversation actions" buttonClass="icon-button" placement="top-full end-0 mt-1" face={<Icon icon={EllipsisVertical} />}>
      <UnreadItem conversation={conversation} onMarked={() => void navigate('/')} />
    </Menu>
  )
}

function AnnouncementsTitle({ isAdmin }: { isAdmin: boolean }) {
  return (
    <>
      <RoomAvatar icon={Megaphone} size={36} />
      <div className="min-w-0 grow">
        <h2 className="conversation-title">Announcements</h2>
        <p className="truncate text-cap text-muted">Only admins can post.</p>
      </div>
      {isAdmin && (
        <>
          <Link to="/admin/broadcasts/new" className="btn btn-quiet btn-sm ms-1 me-1 max-md:hidden">
            <Icon icon={SquarePen} size={16} />
            New broadcast
          </Link>
          <Link to="/admin/broadcasts/new" className="icon-button md:hidden" aria-label="New broadcast">
            <Icon icon={SquarePen} />
          </Link>
        </>
      )}
    </>
  )
}

function HeaderBones() {
  return (
    <div className="appear-late flex items-center gap-3" aria-hidden="true">
      <Bone className="size-9 rounded-full!" />
      <span className="space-y-1.5">
        <Bone className="h-3 w-32" />
        <Bone className="h-2.5 w-16" />
      </span>
    </div>
  )
}
