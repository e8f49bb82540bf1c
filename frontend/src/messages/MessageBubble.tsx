import { t } from '@lingui/core/macro'
import type { ConversationId, User } from 'backend/contract'
import { memo, use, useId } from 'react'
import { useContextMenu } from '../ui/hooks/useContextMenu.ts'
import { fullTime, shortTime } from '../lib/format.ts'
import { isPicture, MessageAttachments } from '../attachments/MessageAttachments.tsx'
import { showProfile } from '../people/profileDialogs.store.ts'
import { FOLDED, FoldButton, useFold } from '../ui/Folded.tsx'
import { Avatar } from '../people/Avatar.tsx'
import { hueClass } from '../people/avatar.format.ts'
import { DeletedText, deletedText } from './DeletedText.tsx'
import { EditedMark, editedText } from './EditedMark.tsx'
import { FailedChange, FailedMessage } from './FailedMessage.tsx'
import { MessageActionsContext } from './message.actions.ts'
import { MessageText } from './MessageText.tsx'
import { MessageTools } from './MessageTools.tsx'
import type { MessageRow } from './messageRows.model.ts'
import { isLoneEmoji, textDirection, turnsDirection } from './text.direction.ts'
import { sendStateOf, MessageStatus, type SendState } from './MessageStatus.tsx'
import { UserLabel } from '../people/UserLabel.tsx'
import { nameOfUser } from '../people/userName.format.ts'

export interface MessageBubbleProps {
  row: MessageRow
  conversationId: ConversationId
  /** Undefined for an own message. */
  author: User | undefined
  /** The other user received, or read, all messages up to here. */
  peerDeliveredSeq: number
  peerReadSeq: number
  /** The message is new and moves into place. */
  enters: boolean
  /** The message is in the composer. */
  editing: boolean
  tabStop: boolean
  onFocus: (key: string) => void
  /** Shows the author's name, in a group. */
  named?: boolean
}

/** Shows a message of a direct conversation or of a group. */
export const MessageBubble = memo(function MessageBubble(props: MessageBubbleProps) {
  const { row, conversationId, author, enters, editing, tabStop, onFocus, named = false } = props
  const { openMenu } = use(MessageActionsContext)
  const menu = useContextMenu((at) => openMenu(row, at))
  const id = useId()
  const failed = row.pending?.state === 'failed' ? row.pending : null
  const failedChange = row.change?.state === 'failed' ? row.change : null
  return (
    <div
      // In a conversation of two the header has the picture, and a phone needs the width.
      className={`log-row message ${named ? '' : 'max-md:grid-cols-[minmax(0,1fr)]'} ${enters ? 'message-enters' : ''}`}
      data-own={row.own || undefined}
      data-first={row.first || undefined}
      data-last={row.last || undefined}
      data-failed={failed || failedChange ? true : undefined}
      data-editing={editing || undefined}
    >
      {!row.own && (
        <span className={named ? '' : 'max-md:hidden'}>
          {row.first && author && <Avatar user={author} size={32} />}
        </span>
      )}
      <div className="message-body" {...menu}>
        <div className="bubble" id={id} data-seq={row.seq ?? undefined} data-media={mediaOf(row)}>
          {named && row.first && !row.own && author ? (
            <AuthorLine author={author} />
          ) : (
            <span className="sr-only">{row.own ? t`You` : author && nameOfUser(author)}: </span>
          )}
          {row.attachments.length > 0 && (
            <MessageAttachments
              attachments={row.attachments}
              conversationId={conversationId}
              clientMessageId={row.clientMessageId}
              author={row.own ? t`you` : (author?.fullName ?? t`someone`)}
            />
          )}
          <BubbleContent row={row} state={failed || failedChange ? null : shownState(props)} />
        </div>
        <MessageTools row={row} describedBy={id} tabStop={tabStop} onFocus={onFocus} />
        {failed && <FailedMessage message={failed} />}
        {failedChange && row.seq !== null && (
          <FailedChange conversationId={conversationId} seq={row.seq} change={failedChange} />
        )}
      </div>
    </div>
  )
})

/** Shows the author above the first of several messages. The name opens the profile; for the keyboard the message's menu does. */
function AuthorLine({ author }: { author: User }) {
  return (
    <p className="message-author">
      <button
        type="button"
        tabIndex={-1}
        className={`flex-initial min-w-0 truncate font-semibold hover:underline hover:underline-offset-2 text-(--person-name) ${hueClass(author.id)}`}
        onClick={() => showProfile(author.id)}
      >
        <UserLabel user={author} />
      </button>
      {author.statusText !== '' && (
        <span className="flex-initial min-w-0 truncate text-[0.75rem] text-muted" dir="auto">
          {author.statusText}
        </span>
      )}
    </p>
  )
}

/** Returns null for messages without a state: those of other users and deleted ones. */
function shownState({ row, ...watermarks }: MessageBubbleProps): SendState | null {
  if (!row.own) return null
  if (row.pending || row.change) return 'sending'
  return row.deleted ? null : sendStateOf(row.seq, watermarks)
}

function BubbleContent({ row, state }: { row: MessageRow; state: SendState | null }) {
  const time = shortTime(row.createdAt)
  const text = row.deleted ? deletedText() : row.text
  const emoji = isLoneEmoji(text)
  const bare = text === '' && row.attachments.length > 0
  const fold = useFold(text, row.key)
  const ownLine =
    emoji || fold.isTall || runsAgainstPage(text) || (bare && (mediaOf(row) === 'files' || mediaOf(row) === 'pictures'))
  const edited = row.edited && !row.deleted
  const room = (
    <span
      className={state ? 'meta-room pe-5' : 'meta-room'}
      data-time={edited ? `${editedText()} ${time}` : time}
      aria-hidden="true"
    />
  )
  return (
    <>
      {row.deleted ? (
        <p className="message-text">
          <DeletedText />
          {room}
        </p>
      ) : (
        !bare && (
          <>
            <p
              dir="auto"
              className={`message-text ${emoji ? 'text-[2rem] leading-[2.5rem]' : ''} ${fold.isFolded ? FOLDED : ''}`}
              data-folded={fold.isFolded || undefined}
            >
              <MessageText text={text} isFolded={fold.isFolded} />
              {!ownLine && room}
            </p>
            <FoldButton fold={fold} />
          </>
        )
      )}
      <span className={ownLine ? 'bubble-meta bubble-meta-line' : 'bubble-meta'}>
        {edited && <EditedMark row={row} />}
        <time dateTime={row.createdAt} title={fullTime(row.createdAt)}>
          {time}
        </time>
        {state && <MessageStatus state={state} />}
      </span>
    </>
  )
}

/**
 * How attachments shape the bubble: `pictures` fill it to its edges, with the time upon the last one where there is no text; `voice` has the
 * time beside its own.
 */
function mediaOf({ attachments, text }: MessageRow): 'pictures' | 'pictures-only' | 'voice' | 'files' | undefined {
  const last = attachments.at(-1)
  if (!last) return undefined
  if (attachments.some((attachment) => isPicture(attachment) || attachment.kind === 'video')) {
    return text === '' && attachments.every(isPicture) ? 'pictures-only' : 'pictures'
  }
  return last.kind === 'audio' ? 'voice' : 'files'
}

/** Returns whether a text runs against the direction of the page, or turns its own: it may end where the time stands. */
function runsAgainstPage(text: string): boolean {
  const page = document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'
  return turnsDirection(text) || (textDirection(text) ?? page) !== page
}
