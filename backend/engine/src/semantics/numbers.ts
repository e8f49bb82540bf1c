import { Decimal128, Double, Int32, Long } from 'bson'
import {
  addDecimals,
  decimalOfDouble,
  finite,
  multiplyDecimals,
  readDecimal,
  roundDecimal,
  wholeOfDecimal,
  writeDecimal,
  type Decimal,
} from './decimal.ts'
import { doubleOf, looksLikeInt } from './values.ts'

/** BSON's numeric types, the narrower ones first. */
export type NumericType = 'int' | 'long' | 'double' | 'decimal'

const ORDER: readonly NumericType[] = ['int', 'long', 'double', 'decimal']

/** A value's numeric type; undefined when it is no number. */
export function numericType(value: unknown): NumericType | undefined {
  if (typeof value === 'number') return looksLikeInt(value) ? 'int' : 'double'
  if (value instanceof Long || typeof value === 'bigint') return 'long'
  if (value instanceof Double) return 'double'
  if (value instanceof Decimal128) return 'decimal'
  return value instanceof Int32 ? 'int' : undefined
}

/** The type of a computation with both; the wider one wins. */
function widerType(a: NumericType, b: NumericType): NumericType {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b
}

/** MongoDB's addition: the wider type wins, an int that overflows becomes a long, a long that overflows a double. */
export function addNumbers(a: unknown, b: unknown): unknown {
  return compute(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addDecimals,
  )
}

/** MongoDB's multiplication, with the types of its addition. */
export function multiplyNumbers(a: unknown, b: unknown): unknown {
  return compute(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    multiplyDecimals,
  )
}

/** Any number as a JavaScript number, rounded where it must be. */
export function toDouble(value: unknown): number {
  if (value instanceof Decimal128) return Number(value.toString())
  if (value instanceof Long) return value.toNumber()
  return Number(value)
}

/** The value of an int or long; undefined for every other type. */
export function wholeOf(value: unknown): bigint | undefined {
  if (value instanceof Long) return value.toBigInt()
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return looksLikeInt(value) ? BigInt(value) : undefined
  return value instanceof Int32 ? BigInt(value.value) : undefined
}

/** A number without its fraction; undefined for what is no number or not finite. */
export function truncatedNumber(value: unknown): bigint | undefined {
  const whole = wholeOf(value)
  if (whole !== undefined || numericType(value) === undefined) return whole
  if (value instanceof Decimal128) return wholeOfDecimal(roundDecimal(toDecimal(value), 0, 'truncate'))
  const double = toDouble(value)
  return Number.isFinite(double) ? BigInt(Math.trunc(double)) : undefined
}

export function toDecimal(value: unknown): Decimal {
  if (value instanceof Decimal128) return readDecimal(value)
  const whole = wholeOf(value)
  return whole === undefined ? decimalOfDouble(Number(value)) : finite(whole)
}

/** A whole number in the narrowest type, but at least `type`; undefined when it exceeds 64 bits. */
export function fromWhole(value: bigint, type: 'int' | 'long'): number | Long | undefined {
  if (type === 'int' && BigInt.asIntN(32, value) === value) return Number(value)
  return BigInt.asIntN(64, value) === value ? Long.fromBigInt(value) : undefined
}

function compute(
  a: unknown,
  b: unknown,
  onDoubles: (x: number, y: number) => number,
  onWholes: (x: bigint, y: bigint) => bigint,
  onDecimals: (x: Decimal, y: Decimal) => Decimal,
): unknown {
  // Most numbers are small ints: no other type needs to be looked for.
  if (typeof a === 'number' && typeof b === 'number' && looksLikeInt(a) && looksLikeInt(b)) {
    const result = onDoubles(a, b)
    if (looksLikeInt(result)) return result
  }
  const type = widerType(numericType(a) ?? 'double', numericType(b) ?? 'double')
  if (type === 'decimal') return writeDecimal(onDecimals(toDecimal(a), toDecimal(b)))
  const [left, right] = [wholeOf(a), wholeOf(b)]
  if (type === 'double' || left === undefined || right === undefined)
    return doubleOf(onDoubles(toDouble(a), toDouble(b)))
  return fromWhole(onWholes(left, right), type) ?? doubleOf(Number(onWholes(left, right)))
}
