import { t } from '@lingui/core/macro'
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

/** Lets the admin choose people as the audience. */
export function PeopleDialog({ chosen, onChosen, onClose }: PeopleDialogProps) {
  const [users, setUsers] = useState<readonly User[]>(chosen)
  return (
    <Dialog open onClose={onClose} title={t`Choose people`} size="screen">
      <PeoplePicker chosen={users} onChosen={setUsers} max={LIMITS.broadcastAudienceMax} />
      <ChooserFoot onDone={() => onChosen([...users])} onClose={onClose} />
    </Dialog>
  )
}
