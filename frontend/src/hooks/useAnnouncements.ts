import type { Conversation, Problem } from 'backend/contract'
import { useEffect } from 'react'
import { useBroadcastConversation, useConversations } from '../store/conversations.store.ts'

type Announcements =
  | { state: 'loading' }
  | { state: 'failed'; problem: Problem; retry: () => void }
  | { state: 'found'; conversation: Conversation }

/** The conversation that reaches everybody. Behind many newer conversations it lies beyond the first page: then the list is read on. */
export function useAnnouncements(): Announcements {
  const conversation = useBroadcastConversation()
  const status = useConversations((state) => state.status)
  const problem = useConversations((state) => state.problem)
  const cursor = useConversations((state) => state.nextCursor)
  const readFrom = status === 'ready' && !conversation ? cursor : null

  useEffect(() => {
    const { status: now, load } = useConversations.getState()
    if (now === 'idle') void load()
  }, [])
  useEffect(() => {
    // When it fails, coming back to this view tries again.
    if (readFrom !== null) useConversations.getState().loadMore().catch(() => {})
  }, [readFrom])

  if (conversation) return { state: 'found', conversation }
  if (status === 'error' && problem) return { state: 'failed', problem, retry: () => void useConversations.getState().load() }
  return { state: 'loading' }
}
