import { useEffect, useRef, type MouseEvent, type PointerEvent } from 'react'

/** px from the corner of the window. */
export interface Point {
  x: number
  y: number
}

const LONG_PRESS_MS = 500
/** A finger that moves further is scrolling. */
const STILL_PX = 10

/**
 * Handlers that open a menu on right click, on the keyboard's menu key and on a long press, which not every browser turns into
 * a context menu. Where something of its own can be meant, a link or selected text, the browser's menu stays.
 * @param open gets the place; for the keyboard that of the element which has the focus
 */
export function useContextMenu(
  open: (at: Point) => void,
  { links = false }: { /** A link itself has the menu. */ links?: boolean } = {},
) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
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
      // A long press that already has opened it.
      if (opened.current) return
      open(placeOf(event))
    },
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      opened.current = false
      if (event.pointerType === 'mouse' || !event.isPrimary || isOthers(event.target, links)) return
      const at = { x: event.clientX, y: event.clientY }
      start.current = at
      stop()
      timer.current = setTimeout(() => {
        opened.current = true
        open(at)
      }, LONG_PRESS_MS)
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      if (Math.hypot(event.clientX - start.current.x, event.clientY - start.current.y) > STILL_PX) stop()
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    // Lifting the finger must not follow the link under it as well.
    onClickCapture(event: MouseEvent<HTMLElement>): void {
      if (!opened.current) return
      opened.current = false
      event.preventDefault()
      event.stopPropagation()
    },
  }
}

function isOthers(target: EventTarget, links: boolean): boolean {
  if (!links && target instanceof Element && target.closest('a')) return true
  const selection = document.getSelection()
  return selection !== null && !selection.isCollapsed && target instanceof Node && selection.containsNode(target, true)
}

/** The menu key reports no place of its own in every browser. */
function placeOf({ clientX, clientY, target }: MouseEvent): Point {
  if (clientX !== 0 || clientY !== 0 || !(target instanceof Element)) return { x: clientX, y: clientY }
  const { left, bottom } = target.getBoundingClientRect()
  return { x: left, y: bottom }
}
