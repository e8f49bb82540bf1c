import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ListFilter, UserRoundSearch } from 'lucide-react'
import { useState } from 'react'
import { useConversations } from '../conversations/conversations.store.ts'
import { Button } from '../ui/Button.tsx'
import { LoadMore } from '../ui/LoadMore.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'
import { FirstAdminNote } from '../accounts/FirstAdminNote.tsx'
import { ConversationRow } from './ConversationRow.tsx'
import { passes, type ListFilterName } from './list.filter.ts'

interface ConversationListProps {
  filter: ListFilterName
  selectedId: string | undefined
  onNew: () => void
}

/** Lists the conversations that the filter lets through: Announcements, then the newest first. Scrolling loads more. */
export function ConversationList({ filter, selectedId, onNew }: ConversationListProps) {
  const { status, problem, order: all, byId, nextCursor, loadingMore, load, loadMore } = useConversations()
  const [focusedId, setFocusedId] = useState<string>()

  if (status === 'error' && problem) {
    return (
      <ErrorState
        title={t`Could not load your chats`}
        problem={problem}
        reassurance={t`Your drafts are safe on this device.`}
        onRetry={() => void load()}
      />
    )
  }
  if (status !== 'ready') return <SkeletonRows label={t`Loading your chats`} />

  // The open conversation stays: reading it must not take it away.
  const order = all.filter((id) => {
    const conversation = byId[id]
    return conversation && (id === selectedId || passes(filter, conversation))
  })
  const inList = (id: string | undefined) => (id !== undefined && order.includes(id) ? id : undefined)
  const tabStop = inList(focusedId) ?? inList(selectedId) ?? order[0]
  const hasConversation = all.some((id) => byId[id]?.kind !== 'broadcast')

  return (
    <>
      <ul className="py-1">
        {order.map((id) => {
          const conversation = byId[id]
          return (
            conversation && (
              <li key={id} className={conversation.kind === 'broadcast' ? 'list-pinned' : undefined}>
                <ConversationRow
                  conversation={conversation}
                  selected={id === selectedId}
                  tabStop={id === tabStop}
                  onFocus={setFocusedId}
                />
              </li>
            )
          )
        })}
      </ul>
      <LoadMore hasMore={nextCursor !== null} loading={loadingMore} onMore={loadMore} />
      {hasConversation && order.length === 0 && nextCursor === null && (
        <EmptyState icon={ListFilter} title={filter === 'unread' ? t`Everything is read` : t`Nothing here yet`} live />
      )}
      {!hasConversation && nextCursor === null && <FirstAdminNote />}
      {!hasConversation && nextCursor === null && (
        <EmptyState
          icon={UserRoundSearch}
          title={t`No conversations yet`}
          actions={
            <Button size="sm" onClick={onNew}>
              <Trans>Find someone</Trans>
            </Button>
          }
        >
          <Trans>
            Choose a person to talk to. Other members cannot read your messages. Admins can read reported messages and
            backups.
          </Trans>
        </EmptyState>
      )}
    </>
  )
}
