import type { User } from 'backend/contract'
import { fullTime, shortTime } from '../../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { MessageText } from './MessageText.tsx'

interface NoticeCardProps {
  title: string | null
  text: string
  /** Undefined while the page does not know them yet. */
  author: User | undefined
  createdAt: string
}

/** A broadcast: a flat card, never a bubble. */
export function NoticeCard({ title, text, author, createdAt }: NoticeCardProps) {
  return (
    <article className="notice">
      <div className="notice-meta">
        {author && <Avatar person={author} size={20} />}
        <bdi className="truncate">{author?.fullName}</bdi>
        <time dateTime={createdAt} title={fullTime(createdAt)}>
          {shortTime(createdAt)}
        </time>
      </div>
      {title !== null && (
        <h3 dir="auto" className="notice-title">
          {title}
        </h3>
      )}
      <p dir="auto" className="notice-text">
        <MessageText text={text} />
      </p>
    </article>
  )
}
