import { count as format } from '../../lib/format.ts'

interface CountProps {
  /** Nothing is shown for 0. */
  count: number
}

/** How many are unread, in a list row. */
export function CountBadge({ count }: CountProps) {
  if (count <= 0) return null
  return (
    <span className="count-badge">
      {short(count)}
      <span className="sr-only"> unread</span>
    </span>
  )
}

/** How many are unread, on the corner of an icon. Silent: the link's own label says the number. */
export function Pip({ count }: CountProps) {
  if (count <= 0) return null
  return (
    <span className="pip" aria-hidden="true">
      {short(count)}
    </span>
  )
}

const short = (count: number): string => (count > 99 ? '99+' : format(count))
