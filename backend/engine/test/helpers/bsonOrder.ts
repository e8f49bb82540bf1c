import { Binary, BSONRegExp, Decimal128, Long, ObjectId } from 'bson'

/*
 * BSON's order, written a second time in the simplest way on JavaScript values, to compare the engine's keys with it.
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */

export function compareBson(a: unknown, b: unknown): number {
  const [rankA, rankB] = [rank(a), rank(b)]
  if (rankA !== rankB) return rankA - rankB
  if (isNumeric(a)) return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  if (typeof a === 'boolean') return Number(a) - Number(b)
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id)
  if (a instanceof BSONRegExp && b instanceof BSONRegExp)
    return compareTexts(a.pattern, b.pattern) || compareTexts(a.options, b.options)
  if (a instanceof Binary && b instanceof Binary) {
    return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value())
  }
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b, compareBson)
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    return compareLists(
      Object.entries(a),
      Object.entries(b),
      ([nameA, valueA], [nameB, valueB]) =>
        rank(valueA) - rank(valueB) || compareTexts(nameA, nameB) || compareBson(valueA, valueB),
    )
  }
  return 0
}

function rank(value: unknown): number {
  if (value === null || value === undefined) return 1
  if (isNumeric(value)) return 2
  if (typeof value === 'string') return 3
  if (Array.isArray(value)) return 5
  if (value instanceof Binary) return 6
  if (value instanceof ObjectId) return 7
  if (typeof value === 'boolean') return 8
  if (value instanceof Date) return 9
  if (value instanceof BSONRegExp) return 10
  return 4
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || value instanceof Long || value instanceof Decimal128
}

function compareNumbers(a: unknown, b: unknown): number {
  const special = specialOf(a) - specialOf(b)
  if (special !== 0) return special
  if (specialOf(a) !== 0) return 0
  const [x, y] = [fraction(a), fraction(b)]
  const difference = x.top * y.bottom - y.top * x.bottom
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Returns -2 for NaN, -1 and 1 for the infinities, and 0 for an ordinary number. */
function specialOf(value: unknown): number {
  const number = value instanceof Long ? 0 : Number(String(value))
  if (Number.isNaN(number)) return -2
  // A Decimal128 beyond the range of a double is still an ordinary number.
  if (value instanceof Decimal128 && /\d/.test(value.toString())) return 0
  return number === Infinity ? 1 : number === -Infinity ? -1 : 0
}

function fraction(value: unknown): { top: bigint; bottom: bigint } {
  if (value instanceof Long) return { top: value.toBigInt(), bottom: 1n }
  if (value instanceof Decimal128) {
    const [, sign = '', whole = '', part = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(value.toString()) ?? []
    const scale = Number(exponent) - part.length
    const digits = BigInt(sign + whole + part)
    return scale >= 0
      ? { top: digits * 10n ** BigInt(scale), bottom: 1n }
      : { top: digits, bottom: 10n ** BigInt(-scale) }
  }
  let [number, bottom] = [Number(value), 1n]
  while (!Number.isInteger(number)) {
    number *= 2
    bottom *= 2n
  }
  return { top: BigInt(number), bottom }
}

function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (x: T, y: T) => number): number {
  for (const [i, x] of a.entries()) {
    const y = b[i]
    if (y === undefined) return 1
    const difference = compare(x, y)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
