import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ChevronRight, UsersRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ROW } from '../ui/rowKeys.ts'
import { RoomAvatar } from '../people/Avatar.tsx'
import { PeopleSearch } from '../people/PeopleSearch.tsx'
import { useOpenDirect } from '../conversations/useOpenDirect.ts'

const NewGroupDialog = lazy(() =>
  import('../groups/NewGroupDialog.tsx').then((piece) => ({ default: piece.NewGroupDialog })),
)

/** Opens a conversation with a chosen user, or starts a new group. */
export function NewConversationDialog({ onClose }: { onClose: () => void }) {
  const { open: openDirect, openingId } = useOpenDirect(onClose)
  const [isGroup, setIsGroup] = useState(false)
  if (isGroup) {
    return (
      <Suspense fallback={null}>
        <NewGroupDialog onClose={onClose} />
      </Suspense>
    )
  }
  return (
    <Dialog open onClose={onClose} title={t`New conversation`} size="screen">
      <PeopleSearch
        inDialog
        openingId={openingId}
        onChoose={openDirect}
        before={
          <button type="button" {...ROW} className="person-row mt-1" onClick={() => setIsGroup(true)}>
            <RoomAvatar icon={UsersRound} size={40} />
            <span className="row-name">
              <Trans>New group</Trans>
            </span>
            <Icon icon={ChevronRight} size={18} className="me-1.5 text-muted rtl:-scale-x-100" />
          </button>
        }
      />
    </Dialog>
  )
}
