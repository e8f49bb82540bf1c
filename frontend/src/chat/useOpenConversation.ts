import type { Conversation, ConversationId, Problem } from 'backend/contract'
import { useCallback, useEffect, useState } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { firstSeqOf, type Timeline } from '../timeline/timeline.model.ts'
import { useConnection } from '../connection/connection.store.ts'
import { useConversation, useConversations } from '../conversations/conversations.store.ts'
import { useMessages } from '../timeline/messages.store.ts'

export type OpenConversation =
  | { state: 'loading'; conversation: Conversation | undefined }
  /** It does not exist, or the one who asks is not in it: the server does not tell which. */
  | { state: 'missing' }
  | { state: 'failed'; conversation: Conversation | undefined; problem: Problem; retry: () => void }
  | { state: 'open'; conversation: Conversation; timeline: Timeline }

/** Messages fetched at most to reach the first unread one before a conversation is shown. */
const REACH_BACK_MAX = 500

/**
 * A conversation with its timeline, fetched when the page has not got it. Loading lasts until the first unread message is there,
 * so that the conversation can open at it. Use one component instance for one conversation (`key`).
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

/** An address that is no id is answered with 400. */
const isRefusal = ({ status }: Problem): boolean => status === 400 || status === 403 || status === 404
