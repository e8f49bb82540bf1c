import { VolumeX } from 'lucide-react'
import { useEffect } from 'react'
import { momentOf } from '../../lib/format.ts'
import { useMute } from '../../store/mute.ts'
import { Icon } from '../ui/Icon.tsx'

/** The longest that browsers wait. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** Above the composer of who may not write for a time. One may try all the same: admins change their minds. */
export function MutedNote() {
  const until = useMute((state) => state.until)
  useEffect(() => {
    if (until === null) return
    const timer = setTimeout(() => useMute.setState({ until: null }), Math.min(TIMER_MAX_MS, Date.parse(until) - Date.now()))
    return () => clearTimeout(timer)
  }, [until])
  if (until === null) return null
  return (
    <p role="status" className="muted-note">
      <Icon icon={VolumeX} size={16} />
      <span>
        An admin has muted you until <time dateTime={until}>{momentOf(until)}</time>. You can read, and write again then.
      </span>
    </p>
  )
}
