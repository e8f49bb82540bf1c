/**
 * The server's clock, as the page estimates it. A computer's own clock may be hours wrong, and the user or the network may set it while
 * the page is open. So every time of the server is judged, counted down to and proposed by this clock. It runs by
 * `performance.now()`, and each `hello` of a connection and each answer of the API sets it anew.
 */

/** The last answer's time, ms since 1970, and when it came, by `performance.now()`; null until the server has answered. */
let known: { time: number; at: number } | null = null

/** A difference that an answer's way and the whole seconds of the `Date` header do not explain, ms. */
const MOVED_MS = 2000
/** The longest wait before a look at the clock. Timers stand still while a computer sleeps. */
const LOOK_MS = 60_000

const listeners = new Set<() => void>()

/** Returns the server's time, ms since 1970. Until the server has answered, it is the time of this computer. */
export const serverNow = (): number => (known ? Math.round(known.time + performance.now() - known.at) : Date.now())

/** Returns the server's time as a date. */
export const serverDate = (): Date => new Date(serverNow())

/** Returns the server's time in ISO 8601. */
export const serverTime = (): string => serverDate().toISOString()

/** Takes the time of a connection's `hello`, ISO 8601. */
export function noteServerTime(iso: string): void {
  const time = Date.parse(iso)
  if (!Number.isNaN(time)) set(time)
}

/** Takes the `Date` header of an answer. It has whole seconds, so it only corrects a clock that is wrong by more. */
export function noteDateHeader(header: unknown): void {
  const time = typeof header === 'string' ? Date.parse(header) + 500 : Number.NaN
  if (Math.abs(time - serverNow()) > MOVED_MS) set(time)
}

function set(time: number): void {
  const hasMoved = Math.abs(time - serverNow()) > MOVED_MS
  known = { time, at: performance.now() }
  if (hasMoved) for (const listener of listeners) listener()
}

/** Calls `listener` when the estimate has moved. Returns a function that ends this. */
export function onServerClockMoved(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Runs `work` once when the server's time is `time` (ms since 1970) or later. Returns a function that cancels it. */
export function atServerTime(time: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>
  const stopListening = onServerClockMoved(look)
  function look(): void {
    clearTimeout(timer)
    const left = time - serverNow()
    if (left > 0) {
      timer = setTimeout(look, Math.min(LOOK_MS, left))
      return
    }
    cancel()
    work()
  }
  function cancel(): void {
    clearTimeout(timer)
    stopListening()
  }
  // Not at once: a caller that has just been called may not bear to be called again.
  timer = setTimeout(look, Math.max(0, Math.min(LOOK_MS, time - serverNow())))
  return cancel
}
