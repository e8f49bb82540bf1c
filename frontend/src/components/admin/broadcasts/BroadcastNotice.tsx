import { ANNOUNCEMENTS_ID, type Attachment, type User } from 'backend/contract'
import { MessageAttachments } from '../../media/MessageAttachments.tsx'
import { NoticeCard } from '../../messages/NoticeCard.tsx'

interface BroadcastNoticeProps {
  title: string
  text: string
  attachments: readonly Attachment[]
  /** Undefined while the page does not know them yet. */
  author: User | undefined
  /** ISO 8601: when it was, or will be, sent. */
  at: string
}

/** A broadcast as it looks among the announcements, for admins: its files are shown, and cannot be opened from here. */
export function BroadcastNotice({ title, text, attachments, author, at }: BroadcastNoticeProps) {
  return (
    <NoticeCard
      title={title.trim() || null}
      text={text.trim()}
      author={author}
      createdAt={at}
      attachments={
        attachments.length > 0 && (
          <div inert className="contents">
            <MessageAttachments attachments={attachments} conversationId={ANNOUNCEMENTS_ID} clientMessageId="" author={author?.fullName ?? 'someone'} />
          </div>
        )
      }
    />
  )
}
