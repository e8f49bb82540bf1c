import { Trans } from '@lingui/react/macro'
import type { BroadcastPriority, User } from 'backend/contract'
import { Flag, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { fullTime, momentOf, shortTime } from '../lib/format.ts'
import { Avatar } from '../people/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import { FormattedText } from '../messages/FormattedText.tsx'

interface NoticeCardProps {
  title: string | null
  /** A person's words are formatted. */
  text: ReactNode
  /** Undefined while the page does not know them yet. */
  author: User | undefined
  createdAt: string
  priority?: BroadcastPriority | undefined
  /** ISO 8601: until when it asks for something. */
  expiresAt?: string | null | undefined
  /** Before the time: that it was edited. */
  mark?: ReactNode
  /** Below the text. */
  attachments?: ReactNode
  /** What there is to do, behind a hairline. */
  footer?: ReactNode
  /** Of the title; headings in the text follow it. */
  headingLevel?: 2 | 3
  id?: string
}

/** A broadcast: a flat card, never a bubble. */
export function NoticeCard({
  title,
  text,
  author,
  createdAt,
  priority = 'normal',
  expiresAt = null,
  mark,
  attachments,
  footer,
  headingLevel = 3,
  id,
}: NoticeCardProps) {
  const Title = `h${headingLevel}` as const
  return (
    <article className="notice" id={id}>
      <div className="notice-body">
        <div className="notice-meta">
          <PriorityChip priority={priority} />
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
          <Title dir="auto" className="notice-title">
            {title}
          </Title>
        )}
        <div className="notice-text">
          {typeof text === 'string' ? (
            <FormattedText text={text} headingLevel={title === null ? headingLevel : headingLevel + 1} />
          ) : (
            <p>{text}</p>
          )}
        </div>
        {attachments && <div className="notice-attachments">{attachments}</div>}
        {expiresAt !== null && (
          <p className="mt-2 text-cap text-muted">
            <Trans>
              Valid until <time dateTime={expiresAt}>{momentOf(expiresAt)}</time>
            </Trans>
          </p>
        )}
      </div>
      {footer && <footer className="notice-footer">{footer}</footer>}
    </article>
  )
}

/** Nothing for an ordinary one. */
export function PriorityChip({ priority }: { priority: BroadcastPriority }) {
  if (priority === 'normal') return null
  const { label, icon, look } = PRIORITIES[priority]
  return (
    <span className={`chip ${look}`}>
      <Icon icon={icon} size={12} />
      {label}
    </span>
  )
}

const PRIORITIES = {
  important: { label: 'Important', icon: Flag, look: 'chip-warn' },
  urgent: { label: 'Urgent', icon: TriangleAlert, look: 'chip-error' },
} as const
