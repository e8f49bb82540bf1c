import { Trans } from '@lingui/react/macro'
import { VolumeX } from 'lucide-react'
import { momentOf } from '../lib/format.ts'
import { useMutedUntil } from '../accounts/useMutedUntil.ts'
import { Icon } from '../ui/Icon.tsx'

/** Shows above the composer until when the user is muted. The composer keeps the draft. */
export function MutedNote() {
  const until = useMutedUntil()
  if (until === null) return null
  const end = momentOf(until)
  return (
    <p role="status" className="flex gap-2.5 pt-1 pb-2 px-3.5 text-sec text-warn-ink">
      <Icon icon={VolumeX} size={16} />
      <span>
        <Trans>
          An admin has muted you until <time dateTime={until}>{end}</time>. You can read now, and send your draft after
          that.
        </Trans>
      </span>
    </p>
  )
}
