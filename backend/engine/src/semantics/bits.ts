import { badValue } from '../errors.ts'
import { BSON_TYPE, elements, numberOf, type RawValue } from '../keys/raw.ts'

/** Beyond the last bit of the largest document: a position above it needs no number of its own. */
const LAST_BIT = 1 << 27

/** Of a binary, length and subtype come before the bytes. */
const BINARY_HEAD = 5

/**
 * The bits of a whole number, whose sign goes on for ever, or of a binary, whose first byte has the lowest ones; undefined of
 * anything else.
 */
export function bitsOf(value: RawValue): bigint | undefined {
  switch (value.type) {
    case BSON_TYPE.long:
      return value.buffer.readBigInt64LE(value.start)
    case BSON_TYPE.binData: {
      const from = value.start + BINARY_HEAD
      const bytes = value.buffer.subarray(from, from + value.buffer.readInt32LE(value.start)).toReversed()
      return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
    }
    default: {
      const number = numberOf(value)
      return number !== undefined && Number.isInteger(number) && Math.abs(number) < 2 ** 63 ? BigInt(number) : undefined
    }
  }
}

/** The bits that a `$bits…` operator asks for: positions in an array, or those set in a number or a binary. */
export function parseMask(value: RawValue, operator: string): bigint {
  if (value.type !== BSON_TYPE.array) {
    const mask = bitsOf(value)
    if (mask === undefined || mask < 0n) throw badValue(`${operator} takes an Array, a number, or a BinData`)
    return mask
  }
  let mask = 0n
  for (const element of elements(value)) {
    const position = numberOf(element)
    if (position === undefined || !Number.isInteger(position) || position < 0) {
      throw badValue(`${operator}: bit positions must be whole numbers of 0 or more`)
    }
    mask |= 1n << BigInt(Math.min(position, LAST_BIT))
  }
  return mask
}
