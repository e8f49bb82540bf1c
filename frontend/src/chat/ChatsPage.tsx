import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ANNOUNCEMENTS_ID } from 'backend/contract'
import { MessagesSquare } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useMatch } from 'react-router'
import { ConversationListPane } from '../conversationList/ConversationListPane.tsx'
import { useNeighbourKeys } from '../conversationList/useNeighbourKeys.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { ChatPane } from './ChatPane.tsx'
import { Button } from '../ui/Button.tsx'
import { Mark } from '../ui/Logo.tsx'
import { EmptyState } from '../ui/States.tsx'

const NewConversationDialog = lazy(() =>
  import('../conversationList/NewConversationDialog.tsx').then((piece) => ({ default: piece.NewConversationDialog })),
)

/** Shows the list and the open conversation side by side; a phone shows one of them. */
export function ChatsPage() {
  const inAnnouncements = useMatch('/announcements') !== null
  const conversationId = useMatch('/c/:conversationId')?.params.conversationId
  const selectedId = inAnnouncements ? ANNOUNCEMENTS_ID : conversationId
  const [choosing, setChoosing] = useState(false)
  // Before the first conversation the list says how to begin. One such text is enough.
  const isFirstUse = useConversations(
    ({ status, order }) => status === 'ready' && order.every((id) => id === ANNOUNCEMENTS_ID),
  )
  useNeighbourKeys(selectedId)

  return (
    <main className="split" data-pane={selectedId ? 'main' : 'list'}>
      <h1 className="sr-only">Parley</h1>
      <ConversationListPane selectedId={selectedId} onNew={() => setChoosing(true)} />
      <div className="pane pane-main">
        {selectedId ? (
          <ChatPane conversationId={selectedId} />
        ) : isFirstUse ? (
          <div className="grid grow place-items-center opacity-25">
            <Mark className="h-16" />
          </div>
        ) : (
          <EmptyState
            icon={MessagesSquare}
            title={t`Choose a conversation`}
            actions={
              <Button size="sm" onClick={() => setChoosing(true)}>
                <Trans>New conversation</Trans>
              </Button>
            }
          >
            <Trans>Or start a new one.</Trans>
          </EmptyState>
        )}
      </div>
      <Suspense fallback={null}>{choosing && <NewConversationDialog onClose={() => setChoosing(false)} />}</Suspense>
    </main>
  )
}
