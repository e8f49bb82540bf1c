import type { Conversation, Message, UserId } from 'backend/contract'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { hasPageFocus } from '../lib/pageFocus.ts'
import { usePageFocus } from '../ui/hooks/usePageFocus.ts'
import { hasRead } from '../conversations/conversation.model.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { createSeenTracker, isEndVisible, isForReader, seenRuns, type Box } from './seen.model.ts'

/**
 * Marks as read what the reader has seen: the only place that decides it. Elements with `data-seq` are the messages.
 * Returning to a conversation that was marked as unread clears the mark; marking the open one does not at once.
 * @returns the check. Call it whenever the place or a size changed.
 */
export function useSeenMessages(
  conversation: Conversation,
  messages: readonly Message[],
  ownId: UserId,
  viewport: RefObject<HTMLElement | null>,
): () => void {
  usePageFocus()
  const { id, markedUnread } = conversation
  const [tracker] = useState(createSeenTracker)
  const cameBack = useRef(markedUnread)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const isDone = isAllRead(conversation, messages, ownId)

  function check(): void {
    clearTimeout(timer.current)
    const now = performance.now()
    const log = viewport.current
    if (!log || (isDone && !cameBack.current) || !hasPageFocus()) {
      tracker.look([], now)
      return
    }
    const seen = new Set(tracker.look(visibleEnds(log), now))
    const at = tracker.nextLookAt(now)
    if (at !== null) timer.current = setTimeout(check, at - now)
    if (seen.size === 0) return
    const { byId, markSeen, markRead } = useConversations.getState()
    const known = byId[id] ?? conversation
    for (const run of seenRuns(messages, seen, ownId, (seq) => hasRead(known, seq))) markSeen(id, run)
    if (cameBack.current) markRead(id, known.readSeq)
    cameBack.current = false
  }

  useEffect(check)
  useEffect(() => () => clearTimeout(timer.current), [])
  return check
}

/** Tells whether no loaded message waits for the reader. It looks at the messages after the watermark only. */
function isAllRead(conversation: Conversation, messages: readonly Message[], ownId: UserId): boolean {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]
    if (!message || message.seq <= conversation.readSeq) return true
    if (isForReader(message, ownId) && !hasRead(conversation, message.seq)) return false
  }
  return true
}

/** Returns the places of the messages whose end is visible now. */
function visibleEnds(log: HTMLElement): number[] {
  const visible = visiblePart(log)
  const isCovered = (x: number, y: number): boolean => {
    const top = document.elementFromPoint(x, y)
    return top === null || !log.contains(top)
  }
  return [...log.querySelectorAll<HTMLElement>('[data-seq]')]
    .filter((element) => isEndVisible(element.getBoundingClientRect(), visible, isCovered) && isDrawn(element))
    .map(({ dataset }) => Number(dataset['seq']))
}

/** Rows that are not measured yet are in the document, and the list hides them by this style of its own. */
function isDrawn(element: HTMLElement): boolean {
  return element.closest('[style*="visibility: hidden"]') === null
}

/** Returns the part of the list that is inside the window, and above the keyboard of a phone. */
function visiblePart(log: HTMLElement): Box {
  const { top, bottom, left, right } = log.getBoundingClientRect()
  const { offsetTop = 0, height = innerHeight } = window.visualViewport ?? {}
  return { top: Math.max(top, offsetTop), bottom: Math.min(bottom, offsetTop + height), left, right }
}
