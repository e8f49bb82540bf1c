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
import { useDrafts } from '../drafts/drafts.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { useUsersById } from '../people/people.store.ts'
import { usePresenceOf } from '../people/usePresenceOf.ts'
import { useTypers } from '../typing/typing.store.ts'
import { MessageStatus } from '../messages/MessageStatus.tsx'
import { titleOf } from '../conversations/conversationName.format.ts'
import { ConversationAvatar } from '../conversations/ConversationAvatar.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { CountBadge } from '../ui/CountBadge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { IsolatedText } from '../ui/IsolatedText.tsx'
import { TypingDots } from '../typing/TypingDots.tsx'
import { namesNeeded, previewOf, type Preview } from './conversationPreview.format.ts'
import { ROW } from '../ui/rowKeys.ts'
import { UnreadItem } from '../conversations/UnreadItem.tsx'
import { UserLabel } from '../people/UserLabel.tsx'

interface ConversationRowProps {
  conversation: Conversation
  /** The conversation is open beside the list. */
  selected: boolean
  /** Tab stops at this row only; the arrow keys reach the others. */
  tabStop: boolean
  onFocus?: (id: string) => void
  onOpen?: () => void
}

/** Shows a conversation in the list: name, time, last message and unread count. Right click, long press and the menu key open its menu. */
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
  const usersById = useUsersById(namesNeeded(conversation, ownId))
  const preview = previewOf(conversation, { ownId, draft, waiting, nameOf: (id) => usersById[id]?.fullName })
  const urgent = useUrgentAnnouncements().some(
    ({ id, priority }) => priority === 'urgent' && id === lastMessage?.broadcast?.id,
  )
  const name = titleOf(conversation, ownId)
  // The order of the list may run ahead of a clock that was set back.
  const time = lastMessage?.kind === 'user' ? lastMessage.createdAt : lastActivityAt
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
        className="conversation-row max-md:[&_.avatar]:[--size:48px]"
        aria-current={selected ? 'true' : undefined}
        data-unread={unreadCount > 0 || markedUnread || undefined}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => onFocus?.(id)}
        onClick={onOpen}
      >
        <ConversationAvatar conversation={conversation} presence={presence} />
        <span className="min-w-0">
          <span className="row-line">
            {peer && peer.id !== ownId ? (
              <UserLabel user={peer} className="row-name" />
            ) : (
              <bdi className="row-name">{name}</bdi>
            )}
            {(lastMessage || waiting) && (
              <span className="row-time">
                {preview.state && !typing && <RowState state={preview.state} />}
                <time dateTime={time} title={fullTime(time)}>
                  {listTime(time)}
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
          header={<bdi className="keep-edge block truncate font-semibold">{name}</bdi>}
          onClose={() => setMenuAt(null)}
        >
          {/* An open conversation is read at once, so marking it as unread closes it. */}
          <UnreadItem conversation={conversation} onMarked={() => selected && void navigate('/')} />
        </ContextMenu>
      )}
    </>
  )
})

function PreviewText({ kind, lead, text, urgent }: Preview & { urgent: boolean }) {
  const look = kind === 'placeholder' ? 'row-preview italic' : 'row-preview'
  // The page words an event, so it has the direction of the page. A message has the direction of its own first letter.
  return (
    <span className={look} dir={kind === 'message' ? 'auto' : undefined}>
      {urgent && <bdi className="font-semibold text-err-ink">{t`Urgent`} · </bdi>}
      {kind === 'message' ? <Said lead={lead} text={text} /> : <IsolatedText text={text} />}
    </span>
  )
}

/** Keeps the words before a message out of its direction: `dir="auto"` skips a `bdi`. */
function Said({ lead, text }: Pick<Preview, 'lead' | 'text'>) {
  if (lead === null) return text
  if (lead === 'you')
    return (
      <Trans>
        <bdi>You:</bdi> {text}
      </Trans>
    )
  if (lead === 'draft')
    return (
      <Trans>
        <bdi className="font-semibold text-warn-ink">Draft:</bdi> {text}
      </Trans>
    )
  const { author } = lead
  return (
    <Trans>
      <bdi>{author}</bdi>: {text}
    </Trans>
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
