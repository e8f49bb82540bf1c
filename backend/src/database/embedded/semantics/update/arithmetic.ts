import { Decimal128, Double, Int32, Long } from 'bson'
import { badValue, unsupported } from '../../errors.ts'

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1

export function isNumeric(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Int32 ||
    value instanceof Double ||
    value instanceof Long ||
    value instanceof Decimal128
  )
}

/** MongoDB's addition: the wider type wins, an int that overflows becomes a long, a long that overflows is an error. */
export function add(a: unknown, b: unknown): unknown {
  return compute(a, b, (x, y) => x + y, (x, y) => x + y)
}

export function multiply(a: unknown, b: unknown): unknown {
  return compute(a, b, (x, y) => x * y, (x, y) => x * y)
}

/** `$bit` on ints and longs; a missing value counts as 0. */
export function bitwise(current: unknown, operation: string, operand: unknown): unknown {
  const left = current === undefined ? 0n : wholeOf(current)
  const right = wholeOf(operand)
  if (left === undefined || right === undefined) throw badValue('$bit works on whole numbers only')
  const result = operation === 'and' ? left & right : operation === 'or' ? left | right : left ^ right
  if (!['and', 'or', 'xor'].includes(operation)) throw badValue(`$bit knows and, or and xor, not ${operation}`)
  return isLong(current) || isLong(operand) ? Long.fromBigInt(result) : fromWhole(result)
}

function compute(
  a: unknown,
  b: unknown,
  onDoubles: (x: number, y: number) => number,
  onWholes: (x: bigint, y: bigint) => bigint,
): unknown {
  if (a instanceof Decimal128 || b instanceof Decimal128) throw unsupported('Arithmetic with Decimal128 in updates')
  const left = wholeOf(a)
  const right = wholeOf(b)
  if (left === undefined || right === undefined) return new Double(onDoubles(Number(a), Number(b)))
  const result = onWholes(left, right)
  return isLong(a) || isLong(b) ? longOf(result) : fromWhole(result)
}

/** The value of an int or long; undefined for a double (`new Double(2)` stays one) and anything else. */
function wholeOf(value: unknown): bigint | undefined {
  if (value instanceof Int32) return BigInt(value.value)
  if (value instanceof Long) return value.toBigInt()
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX) return BigInt(value)
  return undefined
}

function isLong(value: unknown): boolean {
  return value instanceof Long || typeof value === 'bigint'
}

function fromWhole(value: bigint): unknown {
  const number = Number(value)
  return number >= INT_MIN && number <= INT_MAX ? new Int32(number) : longOf(value)
}

function longOf(value: bigint): Long {
  if (BigInt.asIntN(64, value) !== value) throw badValue('The result does not fit into a 64-bit number')
  return Long.fromBigInt(value)
}
