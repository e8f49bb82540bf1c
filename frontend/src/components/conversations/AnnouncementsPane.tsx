import { Megaphone } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Problem } from 'backend/contract'
import { asProblem } from '../../lib/problem.ts'
import { useBroadcastConversation, useConversations } from '../../store/conversations.store.ts'
import { ChatPane } from '../messages/ChatPane.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'

/** The broadcast conversation, which has no id in the URL: it is looked for down the list until it is found. */
export function AnnouncementsPane() {
  const conversation = useBroadcastConversation()
  const { status, problem, nextCursor, loadingMore, load, loadMore } = useConversations()
  const [failed, setFailed] = useState<Problem | null>(null)
  const searching = !conversation && status === 'ready' && nextCursor !== null

  useEffect(() => {
    if (searching && !loadingMore && !failed) loadMore().catch((error: unknown) => setFailed(asProblem(error)))
  }, [searching, loadingMore, failed, loadMore])

  if (conversation) return <ChatPane key={conversation.id} conversationId={conversation.id} />
  const shown = failed ?? (status === 'error' ? problem : null)
  if (shown) {
    return (
      <ErrorState
        title="Could not load announcements"
        problem={shown}
        onRetry={() => {
          setFailed(null)
          if (status === 'error') void load()
        }}
      />
    )
  }
  if (status === 'ready' && !searching) {
    return (
      <EmptyState icon={Megaphone} title="No announcements yet">
        What admins tell everybody appears here.
      </EmptyState>
    )
  }
  return <SkeletonRows label="Loading announcements" rows={4} />
}
