import type { ConversationId } from 'backend/contract'
import { useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { Row } from '../messages/messageRows.model.ts'

/** How much is below the visible part: `many` is a screen or more. The jump button depends on it. */
export type Below = 'nothing' | 'some' | 'many'

interface MessageListScroll {
  viewport: RefObject<HTMLDivElement | null>
  list: RefObject<VirtualizerHandle | null>
  below: Below
  /** Call it when the scroll position may have changed. */
  moved(): void
  /** Call it when a row or the viewport changed its size, and when scrolling ended. */
  settled(): void
  toEnd(): void
}

/** A row and how far above the top edge it begins, px. It is found again after rows were added around it. */
interface Place {
  key: string
  offset: number
}

/** The scroll position of each conversation that was not left at its end. Lost with the page. */
const places = new Map<ConversationId, Place>()

/** A position closer to the end than this counts as the end, px. */
const NEAR_END = 24

/**
 * Controls the scroll position. A conversation opens where it was left, else at the first unread message, else at the end. At the
 * end it stays there, whatever is added or changes its size.
 */
export function useMessageListScroll(id: ConversationId, rows: readonly Row[]): MessageListScroll {
  const viewport = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const [start] = useState(() => startOf(id, rows))
  const atEnd = useRef(start === null)
  const lastOffset = useRef(0)
  const [below, setBelow] = useState<Below>('nothing')
  const ownNewest = useRef(newestPending(rows))

  useLayoutEffect(() => {
    if (start) list.current?.scrollToIndex(start.index, { align: 'start', offset: start.offset })
  }, [start])

  useLayoutEffect(() => {
    const newest = newestPending(rows)
    // An own message is always scrolled into view.
    if (newest !== null && newest !== ownNewest.current) atEnd.current = true
    ownNewest.current = newest
    if (atEnd.current) scrollToEnd(viewport)
  }, [rows])

  function moved(): void {
    const handle = list.current
    if (!handle || handle.viewportSize === 0) return
    const { scrollOffset, viewportSize } = handle
    const rest = handle.scrollSize - scrollOffset - viewportSize
    const up = scrollOffset < lastOffset.current
    // Only scrolling leaves the end; growing content must not.
    // The sizes of rows that are not measured are guesses, by which a long conversation may look as if it ended here.
    if (rest <= 2 || (!up && scrollOffset > lastOffset.current && rest <= NEAR_END)) {
      if (isMeasured(viewport.current)) atEnd.current = true
    } else if (up) {
      atEnd.current = false
    }
    lastOffset.current = scrollOffset
    setBelow(atEnd.current || rest <= NEAR_END ? 'nothing' : rest < viewportSize ? 'some' : 'many')
    remember(id, rows, handle, atEnd.current)
  }

  function settled(): void {
    if (atEnd.current) scrollToEnd(viewport)
    moved()
  }

  function toEnd(): void {
    atEnd.current = true
    scrollToEnd(viewport)
  }

  return { viewport, list, below, moved, settled, toEnd }
}

/** Not with the list's scrollToIndex: it keeps correcting for a while, and would stop a reader who scrolls away at once. */
function scrollToEnd(viewport: RefObject<HTMLElement | null>): void {
  viewport.current?.scrollTo({ top: viewport.current.scrollHeight, behavior: 'instant' })
}

function startOf(id: ConversationId, rows: readonly Row[]): { index: number; offset: number } | null {
  const place = places.get(id)
  const kept = place ? rows.findIndex(({ key }) => key === place.key) : -1
  if (place && kept !== -1) return { index: kept, offset: place.offset }
  const divider = rows.findIndex(({ kind }) => kind === 'new')
  return divider === -1 ? null : { index: divider, offset: 0 }
}

function remember(id: ConversationId, rows: readonly Row[], handle: VirtualizerHandle, atEnd: boolean): void {
  const index = handle.findItemIndex(handle.scrollOffset)
  const row = rows[index]
  if (atEnd || !row) places.delete(id)
  else places.set(id, { key: row.key, offset: handle.scrollOffset - handle.getItemOffset(index) })
}

function newestPending(rows: readonly Row[]): string | null {
  const newest = rows.at(-2)
  return newest?.kind === 'message' && newest.pending ? newest.key : null
}

/** Tells whether every row in the document is measured. The list hides the others by a style of its own. */
function isMeasured(viewport: HTMLElement | null): boolean {
  return viewport?.querySelector('[style*="visibility: hidden"]') === null
}
