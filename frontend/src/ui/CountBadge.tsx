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
    <span className="count-badge">
      <Trans>
        {shown}
        <span className="sr-only"> unread</span>
      </Trans>
    </span>
  )
}

function MarkDot() {
  return (
    <span className="mark-dot">
      <span className="sr-only">{t`Marked as unread`}</span>
    </span>
  )
}

/** Shows the unread count or an urgent mark on the corner of an icon. Hidden from screen readers: the link's label says it. */
export function Pip({ count, urgent = false }: CountProps & { urgent?: boolean }) {
  if (urgent) {
    return (
      <span className="pip pip-urgent" aria-hidden="true">
        !
      </span>
    )
  }
  if (count <= 0) return null
  return (
    <span className="pip" aria-hidden="true">
      {short(count)}
    </span>
  )
}

const short = (count: number): string => (count > 99 ? '99+' : format(count))
