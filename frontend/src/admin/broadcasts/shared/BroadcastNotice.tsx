import { ANNOUNCEMENTS_ID, type Broadcast, type User } from 'backend/contract'
import { Check } from 'lucide-react'
import { MessageAttachments } from '../../../attachments/MessageAttachments.tsx'
import { NoticeCard } from '../../../announcements/NoticeCard.tsx'
import { Button } from '../../../ui/Button.tsx'

/** What an announcement shows of a broadcast. */
export type Notice = Pick<
  Broadcast,
  'title' | 'text' | 'attachments' | 'priority' | 'needsAcknowledgement' | 'expiresAt'
>

interface BroadcastNoticeProps {
  notice: Notice
  /** Undefined while the page does not know them yet. */
  author: User | undefined
  /** ISO 8601: when it was, or will be, sent. */
  at: string
}

/** A broadcast as it looks among the announcements, for admins: its files and its button are shown, and do nothing here. */
export function BroadcastNotice({ notice, author, at }: BroadcastNoticeProps) {
  const { title, text, attachments, priority, needsAcknowledgement, expiresAt } = notice
  return (
    <NoticeCard
      title={title.trim() || null}
      text={text.trim()}
      author={author}
      createdAt={at}
      priority={priority}
      expiresAt={expiresAt}
      attachments={
        attachments.length > 0 && (
          <div inert className="contents">
            <MessageAttachments
              attachments={attachments}
              conversationId={ANNOUNCEMENTS_ID}
              clientMessageId=""
              author={author?.fullName ?? 'someone'}
            />
          </div>
        )
      }
      footer={
        needsAcknowledgement && (
          <div inert>
            <Button icon={Check}>Acknowledge</Button>
          </div>
        )
      }
    />
  )
}
