import { useToday } from '../ui/hooks/useToday.ts'
import { dayLabel } from '../lib/format.ts'

/** Shows the day above its first message. */
export function DateSeparator({ iso }: { iso: string }) {
  // Renders again at midnight, when “Today” becomes “Yesterday”.
  useToday()
  return (
    <div className="log-row date-separator">
      <time dateTime={iso}>{dayLabel(iso)}</time>
    </div>
  )
}
