import { useEffect, useRef, type MouseEvent, type PointerEvent } from 'react'

/** px from the top left corner of the window. */
export interface Point {
  x: number
  y: number
}

const LONG_PRESS_MS = 500
/** A finger that moves further than this scrolls. */
const STILL_PX = 10

export interface ContextMenuHandlers {
  onContextMenu: (event: MouseEvent<HTMLElement>) => void
  onPointerDown: (event: PointerEvent<HTMLElement>) => void
  onPointerMove: (event: PointerEvent<HTMLElement>) => void
  onPointerUp: () => void
  onPointerCancel: () => void
  onClickCapture: (event: MouseEvent<HTMLElement>) => void
}

/**
 * Returns handlers that open a menu on a right click, on the keyboard's menu key and on a long press, which not every browser
 * reports as a context menu. On a link and on selected text the browser's own menu stays.
 * @param open gets the position; for the keyboard that of the focused element
 */
export function useContextMenu(
  open: (at: Point) => void,
  { links = false }: { /** The menu belongs to a link. */ links?: boolean } = {},
): ContextMenuHandlers {
  const timer = useRef<number>(undefined)
  const start = useRef<Point>({ x: 0, y: 0 })
  const opened = useRef(false)
  useEffect(() => () => clearTimeout(timer.current), [])

  const stop = (): void => clearTimeout(timer.current)

  return {
    onContextMenu(event: MouseEvent<HTMLElement>): void {
      // Shift asks for the browser's own menu.
      if (event.shiftKey || isOthers(event.target, links)) return
      event.preventDefault()
      stop()
      // A long press has already opened it.
      if (opened.current) return
      open(placeOf(event))
    },
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      opened.current = false
      if (event.pointerType === 'mouse' || !event.isPrimary || isOthers(event.target, links)) return
      const at = { x: event.clientX, y: event.clientY }
      start.current = at
      stop()
      timer.current = window.setTimeout(() => {
        opened.current = true
        ignoreLifting()
        open(at)
      }, LONG_PRESS_MS)
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      if (Math.hypot(event.clientX - start.current.x, event.clientY - start.current.y) > STILL_PX) stop()
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    // Lifting the finger must not also follow the link under it.
    onClickCapture(event: MouseEvent<HTMLElement>): void {
      if (!opened.current) return
      opened.current = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}

/** A menu opens under the finger. Lifting the finger must not choose the item that is there by chance. */
function ignoreLifting(): void {
  const touch = new AbortController()
  const options = { capture: true, signal: touch.signal }
  const lifted = (event: Event): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
    touch.abort()
  }
  addEventListener('click', lifted, options)
  addEventListener('pointerdown', () => touch.abort(), options)
  addEventListener('keydown', () => touch.abort(), options)
}

function isOthers(target: EventTarget, links: boolean): boolean {
  if (!links && target instanceof Element && target.closest('a')) return true
  const selection = document.getSelection()
  return selection !== null && !selection.isCollapsed && target instanceof Node && selection.containsNode(target, true)
}

/** Returns the position of the event. For the menu key some browsers report none: then that of the element. */
function placeOf({ clientX, clientY, target }: MouseEvent): Point {
  if (clientX !== 0 || clientY !== 0 || !(target instanceof Element)) return { x: clientX, y: clientY }
  const { left, bottom } = target.getBoundingClientRect()
  return { x: left, y: bottom }
}
