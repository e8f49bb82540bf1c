import { Trans } from '@lingui/react/macro'
import { VolumeX } from 'lucide-react'
import { momentOf } from '../lib/format.ts'
import { useMutedUntil } from '../accounts/useMutedUntil.ts'
import { Icon } from '../ui/Icon.tsx'

/** Above the composer of who may not write for a time, which keeps what they type meanwhile. */
export function MutedNote() {
  const until = useMutedUntil()
  if (until === null) return null
  return (
    <p role="status" className="muted-note">
      <Icon icon={VolumeX} size={16} />
      <span>
        <Trans>
          An admin has muted you until <time dateTime={until}>{momentOf(until)}</time>. You can read, and send what you
          write here then.
        </Trans>
      </span>
    </p>
  )
}
