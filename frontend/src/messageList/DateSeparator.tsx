import { useToday } from '../ui/hooks/useToday.ts'
import { dayLabel } from '../lib/format.ts'

/** Above the first message of a day. */
export function DateSeparator({ iso }: { iso: string }) {
  // "Today" is another day after midnight.
  useToday()
  return (
    <div className="log-row date-separator">
      <time dateTime={iso}>{dayLabel(iso)}</time>
    </div>
  )
}
