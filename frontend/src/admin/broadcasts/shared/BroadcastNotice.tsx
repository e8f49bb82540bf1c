import { t } from '@lingui/core/macro'
import { ANNOUNCEMENTS_ID, type Broadcast, type User } from 'backend/contract'
import { Check } from 'lucide-react'
import { MessageAttachments } from '../../../attachments/MessageAttachments.tsx'
import { NoticeCard } from '../../../announcements/NoticeCard.tsx'
import { Button } from '../../../ui/Button.tsx'

/** The part of a broadcast that an announcement shows. */
export type Notice = Pick<
  Broadcast,
  'title' | 'text' | 'attachments' | 'priority' | 'needsAcknowledgement' | 'expiresAt'
>

interface BroadcastNoticeProps {
  notice: Notice
  /** Undefined until the page has loaded the author. */
  author: User | undefined
  /** ISO 8601: when the broadcast was, or will be, sent. */
  at: string
}

/** Shows admins how a broadcast looks among the announcements. Its files and its button do nothing here. */
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
              author={author?.fullName ?? t`someone`}
            />
          </div>
        )
      }
      footer={
        needsAcknowledgement && (
          <div inert>
            <Button icon={Check}>{t`Acknowledge`}</Button>
          </div>
        )
      }
    />
  )
}
