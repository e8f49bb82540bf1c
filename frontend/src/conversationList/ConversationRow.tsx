import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation } from 'backend/contract'
import { CircleAlert } from 'lucide-react'
import { memo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useContextMenu, type Point } from '../ui/hooks/useContextMenu.ts'
import { fullTime, listTime } from '../lib/format.ts'
import { pathOf } from '../conversations/conversation.path.ts'
import { useSession } from '../accounts/session.store.ts'
import { useUrgentAnnouncements } from '../announcements/useUrgentAnnouncements.ts'
import { useDrafts } from '../conversations/drafts.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { usePersons } from '../people/people.store.ts'
import { usePresenceOf } from '../people/presence.store.ts'
import { useTypers } from '../typing/typing.store.ts'
import { MessageStatus } from '../messages/MessageStatus.tsx'
import { ConversationAvatar } from '../conversations/ConversationAvatar.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { CountBadge } from '../ui/CountBadge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { TypingDots } from '../typing/TypingDots.tsx'
import { namesNeeded, nameOf, previewOf, type Preview } from './conversationPreview.format.ts'
import { ROW } from '../ui/rowKeys.ts'
import { UnreadItem } from '../conversations/UnreadItem.tsx'

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
  const ownId = useSession((state) => state.user?.id)
  const draft = useDrafts((state) => (selected ? undefined : state.drafts[id]))
  const waiting = useMessages((state) => state.timelines[id]?.pending.at(-1))
  const presence = usePresenceOf(peer?.id)
  const typing = useTypers(id).some((typer) => typer !== ownId)
  const persons = usePersons(namesNeeded(conversation, ownId))
  const preview = previewOf(conversation, { ownId, draft, waiting, nameOf: (id) => persons[id]?.fullName })
  const urgent = useUrgentAnnouncements().some(
    ({ id, priority }) => priority === 'urgent' && id === lastMessage?.broadcast?.id,
  )
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
                <Trans>typing…</Trans> <TypingDots />
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
          label={t`Conversation actions: ${name}`}
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
      {lead === 'Draft:' && (
        <span className="font-semibold text-warn-ink">
          <Trans>Draft: </Trans>
        </span>
      )}
      {urgent && (
        <span className="font-semibold text-err-ink">
          <Trans>Urgent · </Trans>
        </span>
      )}
      {lead !== null && lead !== 'Draft:' && <bdi>{lead} </bdi>}
      {text}
    </span>
  )
}

function RowState({ state }: { state: NonNullable<Preview['state']> }) {
  if (state !== 'failed') return <MessageStatus state={state} />
  return (
    <span className="text-err-ink">
      <Icon icon={CircleAlert} size={14} />
      <span className="sr-only">
        <Trans>Not sent</Trans>
      </span>
    </span>
  )
}
