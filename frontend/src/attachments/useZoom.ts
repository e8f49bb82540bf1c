import { useCallback, useEffect, useRef, useState, type MouseEvent, type PointerEvent } from 'react'

/** Factor of one press of a key or button. */
export const ZOOM_STEP = 1.5
const ZOOM_MAX = 8
const DOUBLE_CLICK_ZOOM = 2.5
/** Sideways movement of a finger that opens the next image, px. */
const SWIPE_PX = 60

/** Position of an image in its frame: its centre is moved by `x`, `y` px. */
export interface Zoom {
  scale: number
  x: number
  y: number
}

interface Sides {
  previous: (() => void) | null
  next: (() => void) | null
}

const WHOLE: Zoom = { scale: 1, x: 0, y: 0 }

/** Zooms and moves an image by wheel, pinch, double click and drag; a swipe changes the image. Another `id` starts unzoomed. */
export function useZoom(id: string, { previous, next }: Sides) {
  const frame = useRef<HTMLDivElement>(null)
  const [state, setState] = useState({ id, zoom: WHOLE })
  const zoom = state.id === id ? state.zoom : WHOLE
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const swipe = useRef<{ x: number; y: number } | null>(null)

  const set = useCallback(
    (change: (now: Zoom) => Zoom) =>
      setState((now) => ({ id, zoom: held(change(now.id === id ? now.zoom : WHOLE), frame.current) })),
    [id],
  )

  const by = useCallback(
    (factor: number, at: { x: number; y: number } = { x: 0, y: 0 }) =>
      set((now) => scaledTo(now, now.scale * factor, at)),
    [set],
  )

  /** Returns the position relative to the centre of the frame. */
  const placeOf = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = frame.current?.getBoundingClientRect()
    return box ? { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 } : { x: 0, y: 0 }
  }

  // React's wheel listener is passive, so the browser would zoom the page.
  useEffect(() => {
    const element = frame.current
    const turned = (event: WheelEvent) => {
      event.preventDefault()
      by(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), placeOf(event))
    }
    element?.addEventListener('wheel', turned, { passive: false })
    return () => element?.removeEventListener('wheel', turned)
  })

  function onPointerMove(event: PointerEvent): void {
    const before = pointers.current.get(event.pointerId)
    if (!before) return
    const now = { x: event.clientX, y: event.clientY }
    const other = [...pointers.current].find(([pointer]) => pointer !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, now)
    if (other) {
      swipe.current = null
      const between = placeOf({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 })
      by(distance(now, other) / Math.max(1, distance(before, other)), between)
    } else {
      set((zoom) => ({ ...zoom, x: zoom.x + now.x - before.x, y: zoom.y + now.y - before.y }))
    }
  }

  function lift(event: PointerEvent): void {
    pointers.current.delete(event.pointerId)
    const from = swipe.current
    swipe.current = null
    if (!from || zoom.scale > 1 || event.type === 'pointercancel') return
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
    if (Math.abs(dx) < SWIPE_PX || Math.abs(dx) < Math.abs(dy)) return
    const isForward = dx < 0 === (document.documentElement.dir !== 'rtl')
    if (isForward) next?.()
    else previous?.()
  }

  return {
    zoom,
    by: (factor: number) => by(factor),
    reset: () => set(() => WHOLE),
    frame,
    handlers: {
      onDoubleClick: (event: MouseEvent) => {
        const at = placeOf(event)
        set((now) => (now.scale > 1 ? WHOLE : scaledTo(now, DOUBLE_CLICK_ZOOM, at)))
      },
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
        swipe.current =
          pointers.current.size === 1 && event.pointerType === 'touch' ? { x: event.clientX, y: event.clientY } : null
      },
      onPointerMove,
      onPointerUp: lift,
      onPointerCancel: lift,
    },
  }
}

export type ZoomControl = ReturnType<typeof useZoom>

/** Zooms so that the point at this position stays there. */
function scaledTo({ scale, x, y }: Zoom, wanted: number, at: { x: number; y: number }): Zoom {
  const next = Math.min(ZOOM_MAX, Math.max(1, wanted))
  const factor = next / scale
  return { scale: next, x: at.x - (at.x - x) * factor, y: at.y - (at.y - y) * factor }
}

/** Keeps the image inside its frame. */
function held({ scale, x, y }: Zoom, frame: HTMLElement | null): Zoom {
  const [across, down] = [((frame?.clientWidth ?? 0) * (scale - 1)) / 2, ((frame?.clientHeight ?? 0) * (scale - 1)) / 2]
  return { scale, x: Math.min(across, Math.max(-across, x)), y: Math.min(down, Math.max(-down, y)) }
}

const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number => Math.hypot(a.x - b.x, a.y - b.y)
