import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation, ConversationId, Group, OwnUser, User } from 'backend/contract'
import { ChevronLeft, EllipsisVertical, Info, Megaphone, PanelRight, SquarePen, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { count } from '../lib/format.ts'
import { useOnlineCount } from '../groups/groups.store.ts'
import { UnreadItem } from '../conversations/UnreadItem.tsx'
import { UserItems } from '../people/UserItems.tsx'
import { showProfile } from '../people/profileDialogs.store.ts'
import { Avatar, RoomAvatar } from '../people/Avatar.tsx'
import { IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Menu, MenuItem } from '../ui/Menu.tsx'
import { Bone } from '../ui/Skeleton.tsx'
import { titleOf } from '../conversations/conversationName.format.ts'
import { PresenceLabel } from '../people/PresenceLabel.tsx'
import { UserLabel } from '../people/UserLabel.tsx'

interface HeaderProps {
  /** Undefined while it loads, null when there is none. */
  conversation: Conversation | undefined | null
  user: OwnUser
  /** The pane with the information about a group. */
  info: InfoPane
}

export interface InfoPane {
  open: boolean
  toggle: () => void
}

/** Shows with whom a conversation is, their presence, and its menu. */
export function ConversationHeader({ conversation, user, info }: HeaderProps) {
  const showPeer = () => {
    if (conversation?.peer) showProfile(conversation.peer.id)
  }
  return (
    <header className="flex items-center gap-3 h-14 ps-5 pe-3 bg-base-100 border-b border-line flex-none max-md:gap-1.5 max-md:px-1">
      <Link to="/" className="icon-button md:hidden" aria-label={t`Back to chats`}>
        <Icon icon={ChevronLeft} className="rtl:-scale-x-100" />
      </Link>
      {conversation === undefined && <HeaderBones />}
      {conversation?.kind === 'broadcast' && <AnnouncementsTitle isAdmin={user.role === 'admin'} />}
      {conversation?.kind === 'direct' && conversation.peer && (
        <UserTitle
          user={conversation.peer}
          title={titleOf(conversation, user.id)}
          isSelf={conversation.peer.id === user.id}
          onPress={showPeer}
        />
      )}
      {conversation?.group && <GroupTitle id={conversation.id} group={conversation.group} onPress={info.toggle} />}
      {conversation?.group && (
        <IconButton
          icon={PanelRight}
          label={t`Group info`}
          className="max-md:hidden rtl:-scale-x-100"
          aria-pressed={info.open}
          onClick={info.toggle}
        />
      )}
      {conversation?.peer && (
        <IconButton
          icon={Info}
          label={t`Profile`}
          className="max-md:hidden"
          aria-haspopup="dialog"
          onClick={showPeer}
        />
      )}
      {conversation && (conversation.lastSeq > 0 || conversation.kind === 'direct') && (
        <HeaderMenu conversation={conversation} user={user} info={info} />
      )}
    </header>
  )
}

function UserTitle({
  user,
  title,
  isSelf,
  onPress,
}: {
  user: User
  title: string
  isSelf: boolean
  onPress: () => void
}) {
  return (
    <Subject
      face={<Avatar user={user} size={36} />}
      title={isSelf ? title : <UserLabel user={user} />}
      hint={t`Profile`}
      onPress={onPress}
    >
      {isSelf ? (
        t`Messages to yourself`
      ) : (
        <>
          <PresenceLabel user={user} />
          {user.statusText !== '' && (
            <>
              {' · '}
              <bdi>{user.statusText}</bdi>
            </>
          )}
        </>
      )}
    </Subject>
  )
}

function GroupTitle({ id, group, onPress }: { id: ConversationId; group: Group; onPress: () => void }) {
  const online = useOnlineCount(id, group.memberCount)
  const onlineCount = count(online ?? 0)
  return (
    <Subject
      face={<RoomAvatar icon={Users} name={group.name} id={id} picture={group.picture} size={36} />}
      title={<bdi>{group.name}</bdi>}
      hint={t`Group info`}
      onPress={onPress}
    >
      {plural(group.memberCount, { one: '# member', other: '# members' })}
      {online !== null && online > 0 && (
        <>
          ,{' '}
          <span className="text-ok-ink">
            <Trans>{onlineCount} online</Trans>
          </span>
        </>
      )}
    </Subject>
  )
}

/** Shows the picture and the name. A press opens the profile or the group's information. */
function Subject({
  face,
  title,
  hint,
  onPress,
  children,
}: {
  face: ReactNode
  title: ReactNode
  hint: string
  onPress: () => void
  children: ReactNode
}) {
  return (
    <div className="relative -ms-1 flex min-h-11 min-w-0 flex-1 items-center gap-3 rounded-field px-1 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-primary max-md:gap-2">
      {face}
      <div className="min-w-0 grow">
        <h2 className="conversation-title">
          <button
            type="button"
            className="max-w-full overflow-hidden text-ellipsis outline-none after:absolute after:inset-0"
            title={hint}
            onClick={onPress}
          >
            {title}
          </button>
        </h2>
        <p className="truncate text-cap text-muted">{children}</p>
      </div>
    </div>
  )
}

/** Marking as unread returns to the list: an open conversation is read at once. */
function HeaderMenu({ conversation, user, info }: { conversation: Conversation; user: OwnUser; info: InfoPane }) {
  const navigate = useNavigate()
  const { peer, group, lastSeq } = conversation
  return (
    <Menu
      label={t`Conversation actions`}
      buttonClass="icon-button"
      placement="top-full end-0 mt-1"
      face={<Icon icon={EllipsisVertical} />}
    >
      {lastSeq > 0 && <UnreadItem conversation={conversation} onMarked={() => void navigate('/')} />}
      {group && (
        <MenuItem icon={Info} onSelect={info.toggle}>
          {info.open ? t`Hide group info` : t`Group info`}
        </MenuItem>
      )}
      {peer && <UserItems user={peer} isSelf={peer.id === user.id} />}
    </Menu>
  )
}

function AnnouncementsTitle({ isAdmin }: { isAdmin: boolean }) {
  return (
    <>
      <RoomAvatar icon={Megaphone} size={36} />
      <div className="min-w-0 grow">
        <h2 className="conversation-title">
          <Trans>Announcements</Trans>
        </h2>
        <p className="truncate text-cap text-muted">
          <Trans>Only admins can post.</Trans>
        </p>
      </div>
      {isAdmin && (
        <>
          <Link to="/admin/broadcasts/new" className="btn btn-quiet btn-sm ms-1 me-1 max-md:hidden">
            <Icon icon={SquarePen} size={16} />
            <Trans>New broadcast</Trans>
          </Link>
          <Link to="/admin/broadcasts/new" className="icon-button md:hidden" aria-label={t`New broadcast`}>
            <Icon icon={SquarePen} />
          </Link>
        </>
      )}
    </>
  )
}

function HeaderBones() {
  return (
    <div className="flex animate-appear-late items-center gap-3" aria-hidden="true">
      <Bone className="size-9 rounded-full!" />
      <span className="space-y-1.5">
        <Bone className="h-3 w-32" />
        <Bone className="h-2.5 w-16" />
      </span>
    </div>
  )
}
