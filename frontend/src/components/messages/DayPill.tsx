import { useToday } from '../../hooks/useToday.ts'
import { dayLabel } from '../../lib/format.ts'

/** Above the first message of a day. */
export function DayPill({ iso }: { iso: string }) {
  // "Today" is another day after midnight.
  useToday()
  return (
    <div className="log-row day-pill">
      <time dateTime={iso}>{dayLabel(iso)}</time>
    </div>
  )
}
