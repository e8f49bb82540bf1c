import { LIMITS, type User } from 'backend/contract'
import { useState } from 'react'
import { PeoplePicker } from '../../../people/PeoplePicker.tsx'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'

interface PeopleDialogProps {
  chosen: readonly User[]
  onChosen: (chosen: User[]) => void
  onClose: () => void
}

/** Chooses who is to get a broadcast. */
export function PeopleDialog({ chosen, onChosen, onClose }: PeopleDialogProps) {
  const [people, setPeople] = useState<readonly User[]>(chosen)
  return (
    <Dialog open onClose={onClose} title="Choose people" size="screen">
      <PeoplePicker chosen={people} onChosen={setPeople} max={LIMITS.broadcastAudienceMax} />
      <div className="flex justify-end gap-2 border-t border-line p-4">
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="primary"
          onClick={() => {
            onChosen([...people])
            onClose()
          }}
        >
          Done
        </Button>
      </div>
    </Dialog>
  )
}
