import { t } from '@lingui/core/macro'
import { Button } from '../../../ui/Button.tsx'

/** Shows the buttons of a dialog that chooses an audience. */
export function ChooserFoot({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2 border-t border-line p-4">
      <Button variant="ghost" onClick={onClose}>
        {t`Cancel`}
      </Button>
      <Button
        variant="primary"
        onClick={() => {
          onDone()
          onClose()
        }}
      >
        {t`Done`}
      </Button>
    </div>
  )
}
