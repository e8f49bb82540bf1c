import { i18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { BroadcastPriority, User } from 'backend/contract'
import { Flag, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { fullTime, momentOf, shortTime } from '../lib/format.ts'
import { Avatar } from '../people/Avatar.tsx'
import { FoldButton, FoldedFormat, type Fold } from '../ui/Folded.tsx'
import { Icon } from '../ui/Icon.tsx'
import { FormattedText } from '../messages/FormattedText.tsx'
import { UserLabel } from '../people/UserLabel.tsx'

interface NoticeCardProps {
  title: string | null
  /** A string is shown as formatted text. */
  text: ReactNode
  /** Folds a text that is tall. Without it, the whole text is shown. */
  fold?: Fold
  /** Undefined while the page does not know the author. */
  author: User | undefined
  createdAt: string
  priority?: BroadcastPriority | undefined
  /** ISO 8601: end of its validity. */
  expiresAt?: string | null | undefined
  /** Shown before the time: the edited mark. */
  mark?: ReactNode
  /** Shown below the text. */
  attachments?: ReactNode
  /** The actions, below a line. */
  footer?: ReactNode
  /** Level of the title. Headings in the text are below it. */
  headingLevel?: 2 | 3
  id?: string
}

/** Shows a broadcast as a flat card. */
export function NoticeCard({
  title,
  text,
  fold,
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
  const end = expiresAt === null ? '' : momentOf(expiresAt)
  const words =
    typeof text === 'string' ? (
      <FormattedText text={text} headingLevel={title === null ? headingLevel : headingLevel + 1} />
    ) : (
      <p>{text}</p>
    )
  return (
    <article className="notice" id={id}>
      <div className="notice-body">
        <div className="notice-meta">
          <PriorityChip priority={priority} />
          {author && <Avatar user={author} size={20} />}
          {author && <UserLabel user={author} className="truncate" />}
          <span className="inline-flex items-center gap-1.5 ms-auto whitespace-nowrap">
            {mark}
            <time dateTime={createdAt} title={fullTime(createdAt)}>
              {shortTime(createdAt)}
            </time>
          </span>
        </div>
        {title !== null && (
          <Title dir="auto" className="mt-2 text-title font-[650] tracking-[-0.008em] wrap-anywhere">
            {title}
          </Title>
        )}
        {fold ? <FoldedFormat fold={fold}>{words}</FoldedFormat> : <div className="notice-text">{words}</div>}
        {fold && <FoldButton fold={fold} />}
        {attachments && <div className="grid grid-cols-[minmax(0,1fr)] gap-2 mt-2.5">{attachments}</div>}
        {expiresAt !== null && (
          <p className="mt-2 text-cap text-muted">
            <Trans>
              Valid until <time dateTime={expiresAt}>{end}</time>
            </Trans>
          </p>
        )}
      </div>
      {footer && <footer className="notice-footer">{footer}</footer>}
    </article>
  )
}

/** Shows the priority of a broadcast; nothing for a normal one. */
export function PriorityChip({ priority }: { priority: BroadcastPriority }) {
  if (priority === 'normal') return null
  const { label, icon, look } = PRIORITIES[priority]
  return (
    <span className={`chip ${look}`}>
      <Icon icon={icon} size={12} />
      {i18n._(label)}
    </span>
  )
}

const PRIORITIES = {
  important: { label: msg`Important`, icon: Flag, look: 'chip-warn' },
  urgent: { label: msg`Urgent`, icon: TriangleAlert, look: 'chip-error' },
} as const
