import { AFTER } from '../keys/encode.ts'
import { EVERYTHING, position, type Boundary, type Interval } from './intervals.ts'

/** The index keys from `low` (inclusive) to `high` (exclusive). */
export interface Range {
  readonly low: Buffer
  readonly high: Buffer
  /** The only key of the range. */
  readonly key?: Buffer
}

/** The known intervals of one index field. */
export interface FieldIntervals {
  readonly intervals: readonly Interval[]
  readonly descending: boolean
}

/**
 * If several fields have more combinations than this, they are read as fewer and wider ranges. A single field can have
 * any number.
 */
const MAX_COMBINATIONS = 2000

/**
 * Returns the ranges of an index in its order: every combination of the points of the leading fields, and after them
 * the intervals of the first field that has more than points.
 * @param fieldCount the number of fields of the index
 * @returns also the number of fields that the ranges use
 */
export function rangesOf(fields: readonly FieldIntervals[], fieldCount: number): { ranges: Range[]; used: number } {
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
  const ranges = prefixes.map((prefix) => rangeUnder(prefix, EVERYTHING, false))
  return { ranges: used === fieldCount ? ranges.map((range) => ({ ...range, key: range.low })) : ranges, used }
}

function rangeUnder(prefix: Buffer, { low, high }: Interval, descending: boolean): Range {
  const [from, to] = descending ? [turned(high), turned(low)] : [low, high]
  return { low: Buffer.concat([prefix, position(from)]), high: Buffer.concat([prefix, position(to)]) }
}

/** In an inverted field, a boundary after some bytes becomes one before their inverse. */
function turned({ bytes, after }: Boundary): Boundary {
  return { bytes: inverted(bytes), after: !after }
}

function inverted(bytes: Buffer | undefined): Buffer {
  return Buffer.from((bytes ?? Buffer.alloc(0)).map((byte) => ~byte))
}

/** The range of the whole index. */
export const WHOLE: Range = { low: Buffer.alloc(0), high: AFTER }
