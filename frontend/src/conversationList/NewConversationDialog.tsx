import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { UsersRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { PeopleSearch } from '../people/PeopleSearch.tsx'
import { useOpenDirect } from '../conversations/useOpenDirect.ts'

const NewGroupDialog = lazy(() =>
  import('../groups/NewGroupDialog.tsx').then((piece) => ({ default: piece.NewGroupDialog })),
)

interface NewConversationDialogProps {
  open: boolean
  onClose: () => void
}

/** Opens a conversation with a chosen user, or starts a new group. Fills the screen of a phone. */
export function NewConversationDialog({ open, onClose }: NewConversationDialogProps) {
  const { open: openDirect, openingId } = useOpenDirect(onClose)
  const [isGroup, setIsGroup] = useState(false)
  const close = (): void => {
    setIsGroup(false)
    onClose()
  }
  if (open && isGroup) {
    return (
      <Suspense fallback={null}>
        <NewGroupDialog onClose={close} />
      </Suspense>
    )
  }
  return (
    <Dialog open={open} onClose={onClose} title={t`New conversation`} size="screen">
      <div className="px-2 pb-1">
        <button type="button" className="menu-item text-primary" onClick={() => setIsGroup(true)}>
          <Icon icon={UsersRound} size={18} />
          <Trans>New group</Trans>
        </button>
      </div>
      <PeopleSearch inDialog openingId={openingId} onChoose={openDirect} />
    </Dialog>
  )
}
