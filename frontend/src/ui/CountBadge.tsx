import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { count as format } from '../lib/format.ts'

interface CountProps {
  /** 0 shows nothing. */
  count: number
}

interface CountBadgeProps extends CountProps {
  /** Shows a dot when there is nothing to count. */
  marked?: boolean
}

/** Shows the unread count in a list row, or a dot when the user marked the conversation as unread. */
export function CountBadge({ count, marked = false }: CountBadgeProps) {
  if (count <= 0) return marked ? <MarkDot /> : null
  const shown = short(count)
  return (
    <span className="h-5 min-w-5 flex-none rounded-full bg-primary px-1.5 text-center text-cap/5 font-semibold text-primary-content">
      <Trans>
        {shown}
        <span className="sr-only"> unread</span>
      </Trans>
    </span>
  )
}

function MarkDot() {
  return (
    <span className="mx-[5px] size-2.5 flex-none rounded-full bg-primary">
      <span className="sr-only">{t`Marked as unread`}</span>
    </span>
  )
}

/** Shows the unread count or an urgent mark on the corner of an icon. Hidden from screen readers: the link's label says it. */
export function Pip({ count, urgent = false, className }: PipProps) {
  if (!urgent && count <= 0) return null
  const tone = urgent ? 'bg-error text-error-content' : 'bg-primary text-primary-content'
  return (
    <span
      className={`absolute h-4 min-w-4 rounded-full px-1 text-center text-meta/4 font-[650] ring-2 ring-(--ring) ${tone} ${className}`}
      aria-hidden="true"
    >
      {urgent ? '!' : short(count)}
    </span>
  )
}

interface PipProps extends CountProps {
  urgent?: boolean
  /** Classes that place it on the icon. */
  className: string
}

const short = (count: number): string => (count > 99 ? '99+' : format(count))
