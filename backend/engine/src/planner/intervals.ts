import { AFTER, keyOf, keyOfPrefix, ORDER } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elements, isNaNValue, type RawValue } from '../keys/raw.ts'
import type { Filter } from '../query/filter.ts'
import { anchoredPrefix } from '../query/regex.ts'
import type { RangeOperator, RegexCondition, Condition } from '../query/condition.ts'

/** A position between keys: before or after all keys that begin with these bytes. */
export interface Boundary {
  readonly bytes: Buffer
  readonly after: boolean
}

/** The keys of one field between two boundaries. */
export interface Interval {
  readonly low: Boundary
  readonly high: Boundary
  /** The only key of the interval. */
  readonly point?: Buffer
}

export interface Bounds {
  /** In ascending order, without overlaps. */
  readonly intervals: readonly Interval[]
  /** Whether every document in the intervals matches the condition, so that the condition is not checked again. */
  readonly exact: boolean
}

const NOTHING = Buffer.alloc(0)

export const EVERYTHING: Interval = { low: { bytes: NOTHING, after: false }, high: { bytes: NOTHING, after: true } }

const NULL_POINTS = [point(Buffer.from([ORDER.undefined])), point(Buffer.from([ORDER.null]))]

/**
 * Returns the intervals of the keys of all matching documents, or undefined if the condition does not limit the keys.
 * The intervals can contain other keys too, but they miss none.
 */
export function boundsOf(test: Condition): Bounds | undefined {
  switch (test.op) {
    case '$eq':
      return boundsOfEquality(test.value, test.key)
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      return boundsOfRange(test.op, test.value, test.key)
    case '$in':
      return boundsOfIn(test.values, test.keys, test.regexes)
    case '$regex':
      return boundsOfRegex(test)
    case '$elemMatch':
      return test.of === 'value' ? boundsOfElement(test.filter) : undefined
    case '$exists':
    case '$type':
    case '$size':
    case '$mod':
    case '$bits':
      return undefined
  }
}

/** Returns the bytes of a boundary. */
export function position(boundary: Boundary): Buffer {
  return boundary.after ? Buffer.concat([boundary.bytes, AFTER]) : boundary.bytes
}

/** Returns the parts that both lists of intervals contain, in the order of the first list. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const x of a) {
    for (const y of b) {
      const low = compare(x.low, y.low) >= 0 ? x.low : y.low
      const high = compare(x.high, y.high) <= 0 ? x.high : y.high
      if (compare(low, high) >= 0) continue
      const single = x.point ?? y.point
      result.push(single === undefined ? { low, high } : { low, high, point: single })
    }
  }
  return result
}

/** Sorts intervals and joins adjacent ones. */
function union(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => compare(a.low, b.low) || compare(a.high, b.high))
  const result: Interval[] = []
  for (const interval of sorted) {
    const last = result[result.length - 1]
    if (last === undefined || compare(interval.low, last.high) >= 0) {
      result.push(interval)
    } else if (compare(interval.high, last.high) > 0) {
      result[result.length - 1] = { low: last.low, high: interval.high }
    }
  }
  return result
}

/** Returns whether the intervals contain the key of a missing field: null, or `undefined` for an empty array. */
export function holdsNull(intervals: readonly Interval[]): boolean {
  return NULL_POINTS.some((nothing) => intersect(intervals, [nothing]).length > 0)
}

function point(key: Buffer): Interval {
  return { low: { bytes: key, after: false }, high: { bytes: key, after: true }, point: key }
}

function boundsOfEquality(value: RawValue, key: Buffer): Bounds {
  if (value.type === BSON_TYPE.null || value.type === BSON_TYPE.undefined)
    return { intervals: NULL_POINTS, exact: false }
  if (value.type !== BSON_TYPE.array) return { intervals: [point(key)], exact: true }
  // The index has the keys of an array's elements. Look for the first element, or for an array that contains this
  // array.
  const [first] = elements(value)
  const element = first === undefined ? Buffer.from([ORDER.undefined]) : keyOf(first)
  return { intervals: union([point(element), point(key)]), exact: false }
}

function boundsOfRange(op: RangeOperator, value: RawValue, key: Buffer): Bounds | undefined {
  const order = key[0]
  const orders: readonly number[] = [ORDER.minKey, ORDER.undefined, ORDER.null, ORDER.array, ORDER.maxKey]
  if (order === undefined || orders.includes(order) || isNaNValue(value)) return undefined
  const bracket = Buffer.from([order])
  // NaN sorts before every number but is not less than any.
  const least = order === ORDER.number ? NEGATIVE_INFINITY : bracket
  const interval: Interval =
    op === '$lt' || op === '$lte'
      ? { low: { bytes: least, after: false }, high: { bytes: key, after: op === '$lte' } }
      : { low: { bytes: key, after: op === '$gt' }, high: { bytes: bracket, after: true } }
  return { intervals: compare(interval.low, interval.high) < 0 ? [interval] : [], exact: true }
}

function boundsOfIn(
  values: readonly RawValue[],
  keys: readonly Buffer[],
  regexes: readonly RegexCondition[],
): Bounds | undefined {
  let exact = regexes.length === 0
  const intervals: Interval[] = []
  for (const [i, value] of values.entries()) {
    const key = keys[i]
    if (value.type === BSON_TYPE.regex || key === undefined) continue
    const bounds = boundsOfEquality(value, key)
    exact &&= bounds.exact
    intervals.push(...bounds.intervals)
  }
  for (const regex of regexes) {
    const bounds = boundsOfRegex(regex)
    if (bounds === undefined) return undefined
    intervals.push(...bounds.intervals)
  }
  return { intervals: union(intervals), exact }
}

function boundsOfRegex({ pattern, options }: RegexCondition): Bounds | undefined {
  const prefix = anchoredPrefix(pattern, options)
  if (prefix === undefined) return undefined
  const bytes = keyOfPrefix(prefix)
  const stored = Buffer.from([ORDER.regex])
  return {
    intervals: [
      { low: { bytes, after: false }, high: { bytes, after: true } },
      { low: { bytes: stored, after: false }, high: { bytes: stored, after: true } },
    ],
    exact: false,
  }
}

/** All conditions of a `$elemMatch` apply to the same element, so their intervals can be intersected. */
function boundsOfElement(filter: Filter): Bounds | undefined {
  const parts = filter.kind === 'and' ? filter.parts : [filter]
  let intervals: readonly Interval[] | undefined
  for (const part of parts) {
    const bounds = part.kind === 'leaf' ? boundsOf(part.test) : undefined
    if (bounds === undefined) continue
    intervals = intervals === undefined ? bounds.intervals : intersect(intervals, bounds.intervals)
  }
  return intervals === undefined ? undefined : { intervals, exact: false }
}

function compare(a: Boundary, b: Boundary): number {
  return position(a).compare(position(b))
}

const NEGATIVE_INFINITY = (() => {
  const document = Buffer.from([16, 0, 0, 0, 1, 0x76, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0xff, 0])
  const [value] = elements(documentValue(document))
  return keyOf(value)
})()
