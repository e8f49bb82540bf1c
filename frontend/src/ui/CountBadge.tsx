import { count as format } from '../lib/format.ts'

interface CountProps {
  /** Nothing is shown for 0. */
  count: number
}

interface CountBadgeProps extends CountProps {
  /** Shows a dot when there is nothing to count. */
  marked?: boolean
}

/** How many are unread, in a list row; a dot where the reader marked it to come back to. */
export function CountBadge({ count, marked = false }: CountBadgeProps) {
  if (count <= 0) return marked ? <MarkDot /> : null
  return (
    <span className="count-badge">
      {short(count)}
      <span className="sr-only"> unread</span>
    </span>
  )
}

function MarkDot() {
  return (
    <span className="mark-dot">
      <span className="sr-only">Marked as unread</span>
    </span>
  )
}

/** How many are unread, or that something is urgent, on the corner of an icon. Silent: the link's own label says it. */
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
