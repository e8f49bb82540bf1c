import { CircleCheck } from 'lucide-react'
import { Icon } from '../../ui/Icon.tsx'

/** Beside a button that saves: what is not saved, and that it is. */
export function SaveState({ isChanged, isSaved, pending }: { isChanged: boolean; isSaved: boolean; pending: boolean }) {
  return (
    <span role="status" className="flex items-center gap-1.5 text-sec text-muted">
      {isChanged && !pending && 'Unsaved changes'}
      {!isChanged && isSaved && (
        <>
          <Icon icon={CircleCheck} size={16} className="text-ok-ink" /> Saved
        </>
      )}
    </span>
  )
}
