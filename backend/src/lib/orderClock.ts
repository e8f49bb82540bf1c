import { Types } from 'mongoose'

/**
 * The clock of order. The server's clock may be set back by an hour, and what happens then would stand before what happened
 * earlier: a sync would not find it, and a list would show it in the wrong place. This clock never goes back. It follows the
 * server's clock; after that was set back, it runs at half the pace until both agree again. So it orders and finds, and measures
 * no lengths of time exactly. Times that users read come from the server's clock.
 *
 * A process has one. The database keeps how far it was (`database/orderClock.store.ts`).
 */

/** The latest time, ms since 1970, and when it was read, by `performance.now()`. */
let latest = 0
let readAt = performance.now()
/** Whether a time was given since `takeUnsaved`. */
let isGiven = false
/** The latest time that the database has or was asked to store, ms since 1970. */
let stored = 0
let store: (() => void) | undefined

/**
 * How far a killed process may have been beyond the stored time. It is less than what a sync looks back (`MARGIN_MS`), so that a
 * node that begins this much ahead of the others, or behind them, hides nothing from it.
 */
export const UNSAVED_MS = 10_000

/** Returns the time in ms since 1970. */
export function orderNow(): number {
  move()
  isGiven = true
  // The server's clock was set forward, or the server was idle. The engine commits in order, so it stores the time before
  // anything that happens at it: a killed process cannot begin earlier.
  if (latest - stored > UNSAVED_MS) {
    stored = latest
    store?.()
  }
  return Math.floor(latest)
}

function move(): void {
  const at = performance.now()
  latest = Math.max(Date.now(), latest + Math.max(0, at - readAt) / 2)
  readAt = at
}

/** Returns the time as a date. */
export const orderTime = (): Date => new Date(orderNow())

/** Returns the place in the order of something that happens at a time of the server's clock. */
export const orderOf = (at: Date): Date => new Date(at.getTime() + Math.max(0, orderNow() - Date.now()))

/** Makes an id that sorts after every earlier one, to the second. */
export const orderedId = (): Types.ObjectId =>
  new Types.ObjectId(Types.ObjectId.generate(Math.floor(orderNow() / 1000)))

/** Returns the time when one was given since the last call, else null. */
export function takeUnsaved(): number | null {
  if (!isGiven) return null
  move()
  stored = latest
  isGiven = false
  return Math.floor(latest)
}

/**
 * Begins with the time that the order of a database has reached.
 * @param reached ms since 1970
 * @param hasStored the time in the database, ms since 1970
 * @param storeNow stores the time. It is called when the time moves by more than `UNSAVED_MS` at once
 */
export function beginOrder(reached: number, hasStored: number, storeNow: () => void): void {
  latest = reached
  readAt = performance.now()
  stored = hasStored
  store = storeNow
}

/** Takes over the time of another node, if it is ahead. @param time ms since 1970 */
export function raiseOrder(time: number): void {
  if (time > latest) latest = time
}
