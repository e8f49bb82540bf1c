import { t } from '@lingui/core/macro'
import { CircleCheck } from 'lucide-react'
import { Icon } from '../../ui/Icon.tsx'

/** Says beside a save button whether there are unsaved changes, and when they are saved. */
export function SaveState({ isChanged, isSaved, pending }: { isChanged: boolean; isSaved: boolean; pending: boolean }) {
  return (
    <span role="status" className="flex items-center gap-1.5 text-sec text-muted">
      {isChanged && !pending && t`Unsaved changes`}
      {!isChanged && isSaved && (
        <>
          <Icon icon={CircleCheck} size={16} className="text-ok-ink" /> {t`Saved`}
        </>
      )}
    </span>
  )
}
