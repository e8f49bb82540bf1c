import { LIMITS, type User } from 'backend/contract'
import { useState } from 'react'
import { PeoplePicker } from '../../../people/PeoplePicker.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { ChooserFoot } from './ChooserFoot.tsx'

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
      <ChooserFoot onDone={() => onChosen([...people])} onClose={onClose} />
    </Dialog>
  )
}
