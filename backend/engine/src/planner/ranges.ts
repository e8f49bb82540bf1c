import { AFTER } from '../keys/encode.ts'
import { EVERYTHING, position, type Boundary, type Interval } from './intervals.ts'

/** Index keys from `low` (inclusive) to `high` (exclusive). */
export interface Range {
  readonly low: Buffer
  readonly high: Buffer
}

/** What is known of one field of an index. */
export interface FieldIntervals {
  readonly intervals: readonly Interval[]
  readonly descending: boolean
}

/** More combinations of several fields than this are read as fewer, wider ranges. One field may have as many as asked for. */
const MAX_COMBINATIONS = 2000

/**
 * The ranges of an index in its own order: every combination of the points of the leading fields, and behind them the
 * intervals of the first field that has more than points.
 * @returns also how many fields the ranges make use of
 */
export function rangesOf(fields: readonly FieldIntervals[]): { ranges: Range[]; used: number } {
  let prefixes: Buffer[] = [Buffer.alloc(0)]
  let used = 0
  for (const { intervals, descending } of fields) {
    const ordered = descending ? intervals.toReversed() : intervals
    if (used > 0 && intervals.length * prefixes.length > MAX_COMBINATIONS) break
    used++
    if (!intervals.every(({ point }) => point !== undefined)) {
      return {
        ranges: prefixes.flatMap((prefix) => ordered.map((interval) => rangeUnder(prefix, interval, descending))),
        used,
      }
    }
    prefixes = prefixes.flatMap((prefix) =>
      ordered.map(({ point }) => Buffer.concat([prefix, descending ? inverted(point) : (point ?? Buffer.alloc(0))])),
    )
  }
  return { ranges: prefixes.map((prefix) => rangeUnder(prefix, EVERYTHING, false)), used }
}

function rangeUnder(prefix: Buffer, { low, high }: Interval, descending: boolean): Range {
  const [from, to] = descending ? [turned(high), turned(low)] : [low, high]
  return { low: Buffer.concat([prefix, position(from)]), high: Buffer.concat([prefix, position(to)]) }
}

/** In an inverted field, what was after some bytes is before their inverse. */
function turned({ bytes, after }: Boundary): Boundary {
  return { bytes: inverted(bytes), after: !after }
}

function inverted(bytes: Buffer | undefined): Buffer {
  return Buffer.from((bytes ?? Buffer.alloc(0)).map((byte) => ~byte))
}

/** The whole of an index. */
export const WHOLE: Range = { low: Buffer.alloc(0), high: AFTER }
