import type { User } from 'backend/contract'
import type { ReactNode } from 'react'
import { fullTime, shortTime } from '../../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { MessageText } from './MessageText.tsx'

interface NoticeCardProps {
  title: string | null
  /** A person's words become links where they are some. */
  text: ReactNode
  /** Undefined while the page does not know them yet. */
  author: User | undefined
  createdAt: string
  /** Before the time: that it was edited. */
  mark?: ReactNode
  /** Below the text. */
  attachments?: ReactNode
  id?: string
}

/** A broadcast: a flat card, never a bubble. */
export function NoticeCard({ title, text, author, createdAt, mark, attachments, id }: NoticeCardProps) {
  return (
    <article className="notice" id={id}>
      <div className="notice-meta">
        {author && <Avatar person={author} size={20} />}
        <bdi className="truncate">{author?.fullName}</bdi>
        <span className="notice-time">
          {mark}
          <time dateTime={createdAt} title={fullTime(createdAt)}>
            {shortTime(createdAt)}
          </time>
        </span>
      </div>
      {title !== null && (
        <h3 dir="auto" className="notice-title">
          {title}
        </h3>
      )}
      <p dir="auto" className="notice-text">
        {typeof text === 'string' ? <MessageText text={text} /> : text}
      </p>
      {attachments && <div className="notice-attachments">{attachments}</div>}
    </article>
  )
}
