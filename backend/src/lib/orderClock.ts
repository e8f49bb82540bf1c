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

/** Returns the time in ms since 1970. */
export function orderNow(): number {
  const at = performance.now()
  latest = Math.max(Date.now(), latest + Math.max(0, at - readAt) / 2)
  readAt = at
  isGiven = true
  return Math.floor(latest)
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
  const now = orderNow()
  isGiven = false
  return now
}

/** Begins with the time that the order of a store has reached. @param time ms since 1970 */
export function beginOrder(time: number): void {
  latest = time
  readAt = performance.now()
}

/** Takes over the time of another node, if it is ahead. @param time ms since 1970 */
export function raiseOrder(time: number): void {
  if (time > latest) latest = time
}
