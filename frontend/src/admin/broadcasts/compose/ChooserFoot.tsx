import { Button } from '../../../ui/Button.tsx'

/** The end of a dialog in which an audience is chosen. */
export function ChooserFoot({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2 border-t border-line p-4">
      <Button variant="ghost" onClick={onClose}>
        Cancel
      </Button>
      <Button
        variant="primary"
        onClick={() => {
          onDone()
          onClose()
        }}
      >
        Done
      </Button>
    </div>
  )
}
