import type { Conversation, ConversationId, Problem } from 'backend/contract'
import { useCallback, useEffect, useState } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { firstSeqOf, type Timeline } from '../timeline/timeline.model.ts'
import { useConnection } from '../connection/connection.store.ts'
import { useConversation, useConversations } from '../conversations/conversations.store.ts'
import { useMessages } from '../timeline/messages.store.ts'

export type OpenConversation =
  | { state: 'loading'; conversation: Conversation | undefined }
  /** It does not exist, or the user is no member: the server does not say which. */
  | { state: 'missing' }
  | { state: 'failed'; conversation: Conversation | undefined; problem: Problem; retry: () => void }
  | { state: 'open'; conversation: Conversation; timeline: Timeline }

/** Most messages fetched to reach the first unread one before the conversation is shown. */
const REACH_BACK_MAX = 500

/**
 * Loads a conversation and its timeline. It is ready when the first unread message is loaded, so that the conversation can open
 * there. Use one component instance per conversation (`key`).
 */
export function useOpenConversation(id: ConversationId): OpenConversation {
  const conversation = useConversation(id)
  const timeline = useMessages((state) => state.timelines[id])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [shown, setShown] = useState(false)

  const open = useCallback(() => {
    useConversations
      .getState()
      .ensure(id)
      .then(() => useMessages.getState().load(id))
      .catch((error: unknown) => setProblem(asProblem(error)))
  }, [id])

  useEffect(open, [open])

  const retry = useCallback(() => {
    setProblem(null)
    open()
  }, [open])
  useEffect(
    () =>
      useConnection.subscribe((now, before) => {
        if (problem && now.state === 'online' && before.state !== 'online') retry()
      }),
    [problem, retry],
  )

  const ready = conversation !== undefined && timeline?.status === 'ready'
  const reaching = ready && !shown && lacksFirstUnread(conversation, timeline)
  const loadingOlder = timeline?.loadingOlder ?? false
  useEffect(() => {
    if (reaching && !loadingOlder) void useMessages.getState().loadOlder(id)
  }, [reaching, loadingOlder, id])
  if (ready && !reaching && !shown) setShown(true)

  const failure = problem ?? (timeline?.status === 'error' ? timeline.problem : null)
  if (failure && isRefusal(failure)) return { state: 'missing' }
  if (failure) return { state: 'failed', conversation, problem: failure, retry }
  if (ready && !reaching) return { state: 'open', conversation, timeline }
  return { state: 'loading', conversation }
}

function lacksFirstUnread({ unreadCount, readSeq }: Conversation, timeline: Timeline): boolean {
  if (unreadCount === 0 || !timeline.hasOlder || timeline.olderProblem) return false
  return firstSeqOf(timeline) > readSeq + 1 && timeline.messages.length < REACH_BACK_MAX
}

/** The server answers 400 to an address that is no id. */
const isRefusal = ({ status }: Problem): boolean => status === 400 || status === 403 || status === 404
