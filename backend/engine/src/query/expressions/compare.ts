import { Decimal128, Double, Long } from 'bson'
import { keyOf, ORDER } from '../../keys/encode.ts'
import { numericType } from '../numbers.ts'
import { toRaw } from '../values.ts'

/** Compares two JavaScript values in BSON's order. A missing value sorts before null. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0
  if (typeof a === 'number' && typeof b === 'number' && !Number.isNaN(a) && !Number.isNaN(b))
    return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(keyOfValue(a).compare(keyOfValue(b)))
}

/** Returns whether MongoDB's order of BSON values holds the two for equal, also across numeric types. */
export function isEqual(a: unknown, b: unknown): boolean {
  return compare(a, b) === 0
}

/** Returns the key of a value. As expressions require, a missing value sorts before null. */
function keyOfValue(value: unknown): Buffer {
  return value === undefined ? MISSING : keyOf(toRaw(value))
}

/** Returns a string that is the same for equal values, even of different numeric types. */
export function identity(value: unknown): string {
  if (typeof value === 'string') return `s${value}`
  return keyOfValue(value).toString('latin1')
}

/**
 * Returns whether MongoDB treats a value as true: all values except false, null, missing and zero. An empty string is
 * true.
 */
export function isTruthy(value: unknown): boolean {
  if (value === false || value === null || value === undefined || value === 0) return false
  if (value instanceof Double) return value.value !== 0
  if (value instanceof Long) return !value.isZero()
  if (value instanceof Decimal128) return numericType(value) !== undefined && Number(value.toString()) !== 0
  return value !== 0
}

const MISSING = Buffer.from([ORDER.undefined])
