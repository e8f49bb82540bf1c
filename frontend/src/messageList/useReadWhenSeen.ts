import type { Conversation } from 'backend/contract'
import { useEffect, useRef, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { usePageFocus } from '../ui/hooks/usePageFocus.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import type { Row } from '../messages/messageRows.model.ts'

/**
 * Marks as read what was scrolled into view while somebody can be looking: the tab is shown and its window has the focus.
 * Coming back to a conversation that was marked as unread takes the mark away; marking the open one does not at once.
 * Returns the check, to be called whenever the place or a size changed.
 */
export function useReadWhenSeen(
  { id, readSeq, markedUnread }: Conversation,
  rows: readonly Row[],
  list: RefObject<VirtualizerHandle | null>,
): () => void {
  const focused = usePageFocus()
  const cameBack = useRef(markedUnread)

  function check(): void {
    if (!focused || !list.current) return
    const seq = lastSeenSeq(rows, list.current)
    if (seq === 0 || (seq <= readSeq && !cameBack.current)) return
    cameBack.current = false
    useConversations.getState().markRead(id, Math.max(seq, readSeq))
  }

  useEffect(check)
  return check
}

/** The newest message of which the end is in view, or which fills more than half of it; 0 for none. */
function lastSeenSeq(rows: readonly Row[], list: VirtualizerHandle): number {
  const { scrollOffset, viewportSize } = list
  if (viewportSize === 0) return 0
  const end = scrollOffset + viewportSize
  for (let index = Math.min(list.findItemIndex(end), rows.length - 1); index >= 0; index -= 1) {
    const row = rows[index]
    if ((row?.kind !== 'message' && row?.kind !== 'system') || row.seq === null) continue
    const top = list.getItemOffset(index)
    if (top + list.getItemSize(index) <= end + 1 || top <= scrollOffset + viewportSize / 2) return row.seq
  }
  return 0
}
