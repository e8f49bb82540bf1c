import type { Message, SeenRange, UserId } from 'backend/contract'

/**
 * How long the end of a message must be visible until the message counts as seen. It is longer than a message takes to
 * pass by while the reader scrolls, and shorter than a look at it.
 */
export const SEEN_AFTER_MS = 500
/** The end of a message is its last line; a lower message is all end. */
const LINE_PX = 20
/** Browsers round positions between device pixels. */
const ROUNDING_PX = 1
/** How far inside of its edges a message is asked for what lies over it. */
const INSET_PX = 8

/** A rectangle in the coordinates of the window. */
export interface Box {
  top: number
  bottom: number
  left: number
  right: number
}

/** Tells whether something lies over the messages at a point of the window. */
export type IsCovered = (x: number, y: number) => boolean

/**
 * Tells whether the last line of a message is inside the visible part, with nothing over it. The last line of a folded
 * message is below its fold: the reader has seen all that the page showed. To acknowledge it asks for more, the whole
 * text (`AcknowledgeBar`).
 */
export function isEndVisible(message: Box, visible: Box, isCovered: IsCovered): boolean {
  const { bottom, left, right } = message
  const top = Math.max(message.top, bottom - LINE_PX)
  if (bottom <= top || top < visible.top - ROUNDING_PX || bottom > visible.bottom + ROUNDING_PX) return false
  const y = (top + bottom) / 2
  const inset = Math.min(INSET_PX, (right - left) / 2)
  return ![left + inset, (left + right) / 2, right - inset].some((x) => isCovered(x, y))
}

export interface SeenTracker {
  /**
   * Takes the messages whose end is visible at a time, and returns those whose end was visible since `SEEN_AFTER_MS`.
   * Call it whenever what is visible may have changed.
   */
  look(visible: Iterable<number>, now: number): number[]
  /** Returns when to look again if nothing changes until then; null: never. */
  nextLookAt(now: number): number | null
}

/** Follows how long the ends of messages are visible. */
export function createSeenTracker(): SeenTracker {
  const since = new Map<number, number>()
  return {
    look(visible, now) {
      const current = new Set(visible)
      for (const seq of since.keys()) if (!current.has(seq)) since.delete(seq)
      for (const seq of current) if (!since.has(seq)) since.set(seq, now)
      return [...since].flatMap(([seq, from]) => (isSeen(from, now) ? [seq] : []))
    },
    nextLookAt(now) {
      const due = [...since.values()].filter((from) => !isSeen(from, now))
      return due.length === 0 ? null : Math.min(...due) + SEEN_AFTER_MS
    },
  }
}

/** As a sum, since a difference of two clock values can be a fraction short of it when the timer fires. */
function isSeen(from: number, now: number): boolean {
  return from + SEEN_AFTER_MS <= now
}

/** Tells whether a message waits for the reader: every other message counts as unread for no user. */
export function isForReader({ kind, deletedAt, hidden, senderId }: Message, ownId: UserId): boolean {
  return kind === 'user' && deletedAt === null && !hidden && senderId !== ownId
}

/** Messages that were seen, and how many of them were unread. */
export interface SeenRun extends SeenRange {
  count: number
}

/**
 * Returns the runs of places that newly seen messages complete. A run includes the places beside and between them that
 * do not wait for the reader.
 * @param messages in the order of their places
 * @param hasRead whether a message was read before
 */
export function seenRuns(
  messages: readonly Message[],
  seen: ReadonlySet<number>,
  ownId: UserId,
  hasRead: (seq: number) => boolean,
): SeenRun[] {
  const runs: SeenRun[] = []
  let run: SeenRun | null = null
  for (const message of messages) {
    const { seq } = message
    if (run && seq !== run.to + 1) run = null
    if (hasRead(seq)) {
      run = null
    } else if (!isForReader(message, ownId) || seen.has(seq)) {
      if (run) run.to = seq
      else runs.push((run = { from: seq, to: seq, count: 0 }))
      if (isForReader(message, ownId)) run.count += 1
    } else {
      run = null
    }
  }
  return runs.filter(({ count }) => count > 0)
}
