/**
 * Each open overlay (dialog, sheet, menu, picture, pane) is an entry of the browser's history above the entry of its page, so that Back
 * closes the top overlay and nothing else. An entry says how many overlays were open at it. The number of entries follows the
 * number of open overlays: what the page closes loses its entry, and an entry that outlived its overlay (a reload, Forward) is left at once.
 */
interface Overlay {
  close: () => void
}

/** Field of an entry's state: how many overlays are open at it. */
const LEVEL = 'overlays'
/** How long the browser may take to move in its history. It answers within some milliseconds, or never. */
const MOVE_MS = 1000

const open: Overlay[] = []
/** Changes of the page's own entry that wait until no overlay's entry is above it. */
const waiting: (() => void)[] = []
let moving: ReturnType<typeof setTimeout> | null = null
let isSettling = false

/** Adds an entry for an overlay. Returns a function that removes it; call it when the overlay closes. */
export function openOverlay(close: () => void): () => void {
  const overlay = { close }
  open.push(overlay)
  settleSoon()
  return () => {
    open.splice(open.indexOf(overlay), 1)
    settleSoon()
  }
}

/** Runs a change of the page's own entry, at once or after the entries of the overlays above it are gone. */
export function belowOverlays(change: () => void): void {
  if (levelHere() === 0 && moving === null) {
    change()
    here = page()
    return
  }
  waiting.push(change)
  settle()
}

function stateHere(): Record<string, unknown> {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null ? { ...state } : {}
}

function levelHere(): number {
  const level = stateHere()[LEVEL]
  return typeof level === 'number' ? level : 0
}

/** Tells the entries of one page from those of another one. The key is the router's. */
const page = (): string => `${location.href} ${String(stateHere()['key'])}`
let here = page()

/** One overlay often replaces another, as a dialog its menu. React has opened and closed both by then, and the entry is kept. */
function settleSoon(): void {
  if (isSettling) return
  isSettling = true
  queueMicrotask(() => {
    isSettling = false
    settle()
  })
}

/** Makes the entries as many as the open overlays. */
function settle(): void {
  if (moving !== null) return
  const surplus = levelHere() - (waiting.length > 0 ? 0 : open.length)
  if (surplus > 0) {
    move(-surplus)
    return
  }
  for (const change of waiting.splice(0)) change()
  for (let level = levelHere() + 1; level <= open.length; level += 1)
    history.pushState({ ...stateHere(), [LEVEL]: level }, '')
  here = page()
}

function move(steps: number): void {
  moving = setTimeout(() => {
    // The browser does not have the entry. This one becomes the page's own.
    moving = null
    history.replaceState({ ...stateHere(), [LEVEL]: 0 }, '')
    settle()
  }, MOVE_MS)
  history.go(steps)
}

// Before the router's listener, which need not know of entries of the same page.
addEventListener('popstate', (event) => {
  if (moving !== null) {
    clearTimeout(moving)
    moving = null
    event.stopImmediatePropagation()
    settle()
    return
  }
  const isSamePage = page() === here
  if (isSamePage) event.stopImmediatePropagation()
  // An overlay may stay open, to ask before it closes. It gets an entry again.
  for (const overlay of open.slice(isSamePage ? levelHere() : 0).toReversed()) overlay.close()
  here = page()
  settleSoon()
})
settleSoon()
