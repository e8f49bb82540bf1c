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

/** BSON's numeric types, from narrow to wide. */
export type NumericType = 'int' | 'long' | 'double' | 'decimal'

const ORDER: readonly NumericType[] = ['int', 'long', 'double', 'decimal']

/** Returns the numeric type of a value, or undefined if it is not a number. */
export function numericType(value: unknown): NumericType | undefined {
  if (typeof value === 'number') return looksLikeInt(value) ? 'int' : 'double'
  if (value instanceof Long || typeof value === 'bigint') return 'long'
  if (value instanceof Double) return 'double'
  if (value instanceof Decimal128) return 'decimal'
  return value instanceof Int32 ? 'int' : undefined
}

/** Returns the type of a computation with both types: the wider one. */
function widerType(a: NumericType, b: NumericType): NumericType {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b
}

/**
 * Adds as MongoDB does: the wider type wins, an int that overflows becomes a long, and a long that overflows becomes a
 * double.
 */
export function addNumbers(a: unknown, b: unknown): unknown {
  return compute(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addDecimals,
  )
}

/** Multiplies as MongoDB does, with the same result types as its addition. */
export function multiplyNumbers(a: unknown, b: unknown): unknown {
  return compute(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    multiplyDecimals,
  )
}

/** Returns any number as a JavaScript number, rounded if necessary. */
export function toDouble(value: unknown): number {
  if (value instanceof Decimal128) return Number(value.toString())
  if (value instanceof Long) return value.toNumber()
  return Number(value)
}

/** Returns the value of an int or long, or undefined for other types. */
export function wholeOf(value: unknown): bigint | undefined {
  if (value instanceof Long) return value.toBigInt()
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return looksLikeInt(value) ? BigInt(value) : undefined
  return value instanceof Int32 ? BigInt(value.value) : undefined
}

/** Returns a number without its fraction, or undefined if the value is not a finite number. */
export function truncatedNumber(value: unknown): bigint | undefined {
  const whole = wholeOf(value)
  if (whole !== undefined || numericType(value) === undefined) return whole
  if (value instanceof Decimal128) return wholeOfDecimal(roundDecimal(toDecimal(value), 0, 'truncate'))
  const double = toDouble(value)
  return Number.isFinite(double) ? BigInt(Math.trunc(double)) : undefined
}

/** Converts a number of any BSON type. A double is rounded to 15 digits. */
export function toDecimal(value: unknown): Decimal {
  if (value instanceof Decimal128) return readDecimal(value)
  const whole = wholeOf(value)
  return whole === undefined ? decimalOfDouble(Number(value)) : finite(whole)
}

/** Returns a whole number in the narrowest type that is at least `type`, or undefined if it exceeds 64 bits. */
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
  // Most numbers are small ints, so this check comes first.
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
