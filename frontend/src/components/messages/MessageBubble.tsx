import type { User } from 'backend/contract'
import { fullTime, shortTime } from '../../lib/format.ts'
import type { PendingMessage } from '../../lib/timeline.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { FailedMessage } from './FailedMessage.tsx'
import { MessageText } from './MessageText.tsx'
import type { MessageRow } from './rows.ts'
import { isLoneEmoji, textDirection } from './textShape.ts'
import { Ticks, type SendState } from './Ticks.tsx'

interface MessageBubbleProps {
  row: MessageRow
  /** The other person; undefined in front of one's own messages. */
  author: User | undefined
  /** Everything up to here was read by the other person. */
  peerReadSeq: number
  /** It has just come and rises into place. */
  enters: boolean
}

/** One message of a conversation between two. */
export function MessageBubble({ row, author, peerReadSeq, enters }: MessageBubbleProps) {
  const failed = row.pending?.state === 'failed' ? row.pending : null
  return (
    <div
      className={`log-row message ${enters ? 'message-enters' : ''}`}
      data-own={row.own || undefined}
      data-first={row.first || undefined}
      data-last={row.last || undefined}
      data-failed={failed ? true : undefined}
    >
      {!row.own && <span>{row.first && author && <Avatar person={author} size={32} />}</span>}
      <div className="message-body">
        <div className="bubble">
          <span className="sr-only">{row.own ? 'You' : author?.fullName}: </span>
          <BubbleContent text={row.text} createdAt={row.createdAt} state={row.own && !failed ? sendState(row.seq, row.pending, peerReadSeq) : null} />
        </div>
        {failed && <FailedMessage message={failed} />}
      </div>
    </div>
  )
}

function sendState(seq: number | null, pending: PendingMessage | null, peerReadSeq: number): SendState {
  if (pending || seq === null) return 'sending'
  return seq <= peerReadSeq ? 'read' : 'sent'
}

function BubbleContent({ text, createdAt, state }: { text: string; createdAt: string; state: SendState | null }) {
  const time = shortTime(createdAt)
  const emoji = isLoneEmoji(text)
  const ownLine = emoji || runsAgainstPage(text)
  return (
    <>
      <p dir="auto" className={emoji ? 'message-text message-emoji' : 'message-text'}>
        <MessageText text={text} />
        {!ownLine && <span className={state ? 'meta-room meta-room-tick' : 'meta-room'} data-time={time} aria-hidden="true" />}
      </p>
      <span className={ownLine ? 'bubble-meta bubble-meta-line' : 'bubble-meta'}>
        <time dateTime={createdAt} title={fullTime(createdAt)}>
          {time}
        </time>
        {state && <Ticks state={state} />}
      </span>
    </>
  )
}

/** Such a text ends where the time stands. */
function runsAgainstPage(text: string): boolean {
  const page = document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'
  return (textDirection(text) ?? page) !== page
}
