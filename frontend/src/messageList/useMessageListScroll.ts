import type { ConversationId } from 'backend/contract'
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
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

/** The events of a reader on the list that come before a scroll. */
const SCROLL_INPUTS = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Controls the scroll position. A conversation opens where it was left, else at the first unread message, else at the end. At the
 * end it stays there, whatever is added or changes its size.
 */
export function useMessageListScroll(id: ConversationId, rows: readonly Row[]): MessageListScroll {
  const viewport = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const [start] = useState(() => startOf(id, rows))
  /** The place at which the list opens, until the rows around it are measured or the reader scrolls. */
  const opening = useRef(start)
  const atEnd = useRef(start === null)
  const lastOffset = useRef(0)
  const [below, setBelow] = useState<Below>('nothing')
  const ownNewest = useRef(newestPending(rows))
  const nextFrame = useRef(0)
  useEffect(() => () => cancelAnimationFrame(nextFrame.current), [])

  useLayoutEffect(() => toOpening(viewport, list, rows, opening.current))

  useEffect(() => {
    const log = viewport.current
    const stop = () => (opening.current = null)
    for (const input of SCROLL_INPUTS) log?.addEventListener(input, stop, { passive: true })
    return () => {
      for (const input of SCROLL_INPUTS) log?.removeEventListener(input, stop)
    }
  }, [])

  useLayoutEffect(() => {
    const newest = newestPending(rows)
    // An own message is always scrolled into view.
    if (newest !== null && newest !== ownNewest.current) {
      opening.current = null
      atEnd.current = true
    }
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
    toOpening(viewport, list, rows, opening.current)
    if (opening.current && list.current?.viewportSize && isMeasured(viewport.current)) {
      // The list writes its new height after it has told the new sizes. Until then the place may be beyond the end.
      if (isAsHighAs(viewport.current, list.current.scrollSize)) opening.current = null
      else {
        cancelAnimationFrame(nextFrame.current)
        nextFrame.current = requestAnimationFrame(settled)
      }
    }
    moved()
  }

  function toEnd(): void {
    opening.current = null
    atEnd.current = true
    scrollToEnd(viewport)
  }

  return { viewport, list, below, moved, settled, toEnd }
}

/**
 * Scrolls to where the list opens. The sizes of rows that are not measured are guesses, so it is done again as they are
 * measured. The list's own `scrollToIndex` goes on with that for a while, against a reader who scrolls away at once.
 */
function toOpening(
  viewport: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  rows: readonly Row[],
  place: Place | null,
): void {
  const index = place ? rows.findIndex(({ key }) => key === place.key) : -1
  if (!place || !list.current || index === -1) return
  viewport.current?.scrollTo({ top: list.current.getItemOffset(index) + place.offset, behavior: 'instant' })
}

/** Not with the list's `scrollToIndex` either, for the same reason. */
function scrollToEnd(viewport: RefObject<HTMLElement | null>): void {
  viewport.current?.scrollTo({ top: viewport.current.scrollHeight, behavior: 'instant' })
}

function startOf(id: ConversationId, rows: readonly Row[]): Place | null {
  const place = places.get(id)
  if (place && rows.some(({ key }) => key === place.key)) return place
  const separator = rows.find(({ kind }) => kind === 'new')
  return separator ? { key: separator.key, offset: 0 } : null
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

/** Tells whether the document has the height that the list computed, to the pixel that rounding may take. */
function isAsHighAs(viewport: HTMLElement | null, scrollSize: number): boolean {
  return viewport === null || Math.abs(viewport.scrollHeight - Math.max(scrollSize, viewport.clientHeight)) <= 1
}
