import type { Conversation } from 'backend/contract'
import { Megaphone } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'react-router'
import { fullTime, listTime } from '../../lib/format.ts'
import { useAuth } from '../../store/auth.store.ts'
import { useDrafts } from '../../store/drafts.store.ts'
import { useIsOnline } from '../../store/presence.store.ts'
import { Avatar, RoomAvatar } from '../ui/Avatar.tsx'
import { CountBadge } from '../ui/CountBadge.tsx'
import { nameOf, pathOf, previewOf } from './naming.ts'
import { ROW } from './rowKeys.ts'

interface ConversationRowProps {
  conversation: Conversation
  /** Open in the pane beside the list. */
  selected: boolean
  /** The one row that Tab stops at; the arrow keys lead on. */
  tabStop: boolean
  onFocus?: (id: string) => void
  onOpen?: () => void
}

/** Who, when, what was said last, and how much of it is unread. */
export const ConversationRow = memo(function ConversationRow({ conversation, selected, tabStop, onFocus, onOpen }: ConversationRowProps) {
  const ownId = useAuth((state) => state.user?.id)
  const draft = useDrafts((state) => (selected ? undefined : state.drafts[conversation.id]))
  const online = useIsOnline(conversation.peer?.id)
  const { lead, text } = previewOf(conversation, ownId, draft)
  const { peer, unreadCount, lastActivityAt, lastMessage } = conversation

  return (
    <Link
      to={pathOf(conversation)}
      {...ROW}
      className="conversation-row"
      aria-current={selected ? 'true' : undefined}
      data-unread={unreadCount > 0 || undefined}
      tabIndex={tabStop ? 0 : -1}
      onFocus={() => onFocus?.(conversation.id)}
      onClick={onOpen}
    >
      {peer ? <Avatar person={peer} online={online} /> : <RoomAvatar icon={Megaphone} />}
      <span className="min-w-0">
        <span className="row-line">
          <bdi className="row-name">{nameOf(conversation, ownId)}</bdi>
          {lastMessage && (
            <time className="row-time" dateTime={lastActivityAt} title={fullTime(lastActivityAt)}>
              {listTime(lastActivityAt)}
            </time>
          )}
        </span>
        <span className="row-line mt-px">
          <span className="row-preview" dir="auto">
            {lead === 'Draft:' && <span className="font-semibold text-warn-ink">Draft: </span>}
            {lead === 'You:' && 'You: '}
            {text}
          </span>
          <CountBadge count={unreadCount} />
        </span>
      </span>
    </Link>
  )
})
