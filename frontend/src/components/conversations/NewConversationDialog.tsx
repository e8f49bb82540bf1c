import { Dialog } from '../ui/Dialog.tsx'
import { PeopleFinder } from './PeopleFinder.tsx'
import { useOpenDirect } from './useOpenDirect.ts'

interface NewConversationDialogProps {
  open: boolean
  onClose: () => void
}

/** Choose someone and talk. Fills the screen of a phone. */
export function NewConversationDialog({ open, onClose }: NewConversationDialogProps) {
  const { open: openDirect, openingId } = useOpenDirect(onClose)
  return (
    <Dialog open={open} onClose={onClose} title="New conversation" size="screen">
      <PeopleFinder inDialog openingId={openingId} onChoose={openDirect} />
    </Dialog>
  )
}
