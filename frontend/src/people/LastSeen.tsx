import type { UserId } from 'backend/contract'
import { useToday } from '../ui/hooks/useToday.ts'
import { dayLabel, dayNumber, fullTime, shortTime } from '../lib/format.ts'
import { useLastSeen } from './presence.store.ts'

/** When somebody who is not here was here last: "Last seen today at 09:47", "Last seen Wednesday 18 November". */
export function LastSeen({ userId }: { userId: UserId }) {
  const iso = useLastSeen(userId)
  const today = useToday()
  if (iso === null) return 'Offline'
  const age = today - dayNumber(iso)
  const when = age <= 0 ? `today at ${shortTime(iso)}` : age === 1 ? `yesterday at ${shortTime(iso)}` : dayLabel(iso)
  return (
    <time dateTime={iso} title={fullTime(iso)}>
      Last seen {when}
    </time>
  )
}
