import type { SeenRange } from './receipt.ts'

export interface Reading {
  readSeq: number
  /** After `readSeq`, in the order of their places, with a gap before each. */
  seen: SeenRange[]
}

/** Joins ranges that touch, and raises `readSeq` over those that it reaches. */
export function mergeSeen(readSeq: number, ranges: readonly SeenRange[]): Reading {
  const seen: SeenRange[] = []
  let end = readSeq
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = seen.at(-1)
    if (from <= end + 1 && !last) end = Math.max(end, to)
    else if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else seen.push({ from, to })
  }
  return { readSeq: end, seen }
}

/** Returns the ranges after a place. */
export function seenAfter(readSeq: number, ranges: readonly SeenRange[] = []): SeenRange[] {
  return mergeSeen(readSeq, ranges).seen
}

/** Returns the ranges of the places after `readSeq` and up to `lastSeq` that were not seen. */
export function unseenRanges(reading: Reading, lastSeq: number): SeenRange[] {
  const unseen: SeenRange[] = []
  let from = reading.readSeq + 1
  for (const range of reading.seen) {
    if (range.from > lastSeq) break
    if (range.from > from) unseen.push({ from, to: range.from - 1 })
    from = range.to + 1
  }
  if (from <= lastSeq) unseen.push({ from, to: lastSeq })
  return unseen
}
