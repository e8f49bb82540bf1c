import type { Conversation } from 'backend/contract'
import { CircleAlert } from 'lucide-react'
import { memo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useContextMenu, type Point } from '../../hooks/useContextMenu.ts'
import { fullTime, listTime } from '../../lib/format.ts'
import { pathOf } from '../../lib/pageFocus.ts'
import { useAuth } from '../../store/auth.store.ts'
import { useCalls } from '../../store/calls.ts'
import { useDrafts } from '../../store/drafts.store.ts'
import { useMessages } from '../../store/messages.store.ts'
import { usePersons } from '../../store/people.store.ts'
import { usePresenceOf } from '../../store/presence.store.ts'
import { useTypers } from '../../store/typing.store.ts'
import { Ticks } from '../messages/Ticks.tsx'
import { ConversationAvatar } from '../ui/ConversationAvatar.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { CountBadge } from '../ui/CountBadge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { TypingDots } from '../ui/TypingDots.tsx'
import { namesNeeded, nameOf, previewOf, type Preview } from './naming.ts'
import { ROW } from './rowKeys.ts'
import { UnreadItem } from './UnreadItem.tsx'

interface ConversationRowProps {
  conversation: Conversation
  /** Open in the pane beside the list. */
  selected: boolean
  /** The one row that Tab stops at; the arrow keys lead on. */
  tabStop: boolean
  onFocus?: (id: string) => void
  onOpen?: () => void
}

/** Who, when, what was said last, and how much of it is unread. Its menu opens by right click, long press and the menu key. */
export const ConversationRow = memo(function ConversationRow({
  conversation,
  selected,
  tabStop,
  onFocus,
  onOpen,
}: ConversationRowProps) {
  const { id, peer, unreadCount, markedUnread, lastActivityAt, lastMessage, lastSeq } = conversation
  const ownId = useAuth((state) => state.user?.id)
  const draft = useDrafts((state) => (selected ? undefined : state.drafts[id]))
  const waiting = useMessages((state) => state.timelines[id]?.pending.at(-1))
  const presence = usePresenceOf(peer?.id)
  const typing = useTypers(id).some((typer) => typer !== ownId)
  const persons = usePersons(namesNeeded(conversation, ownId))
  const preview = previewOf(conversation, { ownId, draft, waiting, nameOf: (id) => persons[id]?.fullName })
  const urgent = useCalls().some(({ id, priority }) => priority === 'urgent' && id === lastMessage?.broadcast?.id)
  const name = nameOf(conversation, ownId)
  const navigate = useNavigate()
  const [menuAt, setMenuAt] = useState<Point | null>(null)
  const menu = useContextMenu(
    (at) => {
      if (lastSeq > 0) setMenuAt(at)
    },
    { links: true },
  )

  return (
    <>
      <Link
        to={pathOf(id)}
        {...ROW}
        {...menu}
        className="conversation-row"
        aria-current={selected ? 'true' : undefined}
        data-unread={unreadCount > 0 || markedUnread || undefined}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => onFocus?.(id)}
        onClick={onOpen}
      >
        <ConversationAvatar conversation={conversation} presence={presence} />
        <span className="min-w-0">
          <span className="row-line">
            <bdi className="row-name">{name}</bdi>
            {(lastMessage || waiting) && (
              <span className="row-time">
                {preview.state && !typing && <RowState state={preview.state} />}
                <time dateTime={lastActivityAt} title={fullTime(lastActivityAt)}>
                  {listTime(lastActivityAt)}
                </time>
              </span>
            )}
          </span>
          <span className="row-line mt-px">
            {typing ? (
              <span className="row-preview row-typing">
                typing… <TypingDots />
              </span>
            ) : (
              <PreviewText {...preview} urgent={urgent && draft === undefined} />
            )}
            <CountBadge count={unreadCount} marked={markedUnread} />
          </span>
        </span>
      </Link>
      {menuAt && (
        <ContextMenu
          label={`Conversation actions: ${name}`}
          at={menuAt}
          header={<bdi className="block truncate font-semibold">{name}</bdi>}
          onClose={() => setMenuAt(null)}
        >
          {/* What is looked at is read: marking the open one closes it. */}
          <UnreadItem conversation={conversation} onMarked={() => selected && void navigate('/')} />
        </ContextMenu>
      )}
    </>
  )
})

function PreviewText({ lead, text, urgent, placeholder }: Preview & { urgent: boolean }) {
  return (
    <span className={placeholder ? 'row-preview italic' : 'row-preview'} dir="auto">
      {lead === 'Draft:' && <span className="font-semibold text-warn-ink">Draft: </span>}
      {urgent && <span className="font-semibold text-err-ink">Urgent · </span>}
      {lead !== null && lead !== 'Draft:' && <bdi>{lead} </bdi>}
      {text}
    </span>
  )
}

function RowState({ state }: { state: NonNullable<Preview['state']> }) {
  if (state !== 'failed') return <Ticks state={state} />
  return (
    <span className="text-err-ink">
      <Icon icon={CircleAlert} size={14} />
      <span className="sr-only">Not sent</span>
    </span>
  )
}
