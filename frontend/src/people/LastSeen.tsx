import { t } from '@lingui/core/macro'
import type { UserId } from 'backend/contract'
import { useToday } from '../ui/hooks/useToday.ts'
import { dayLabel, dayNumber, fullTime, shortTime } from '../lib/format.ts'
import { useLastSeen } from './usePresenceOf.ts'

/** Says when an offline person was last online: "Last seen today at 09:47", "Last seen Wednesday 18 November". */
export function LastSeen({ userId }: { userId: UserId }) {
  const iso = useLastSeen(userId)
  const today = useToday()
  if (iso === null) return t`Offline`
  const age = today - dayNumber(iso)
  const time = shortTime(iso)
  const day = dayLabel(iso)
  return (
    <time dateTime={iso} title={fullTime(iso)}>
      {age <= 0 ? t`Last seen today at ${time}` : age === 1 ? t`Last seen yesterday at ${time}` : t`Last seen ${day}`}
    </time>
  )
}
