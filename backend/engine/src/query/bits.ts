import { badValue } from '../errors.ts'
import { BSON_TYPE, elements, numberOf, type RawValue } from '../keys/raw.ts'

/** A position beyond the last bit of the largest document. All higher positions are treated like it. */
const LAST_BIT = 1 << 27

/** The length and the subtype come before the bytes of a binary. */
const BINARY_HEAD = 5

/**
 * Returns the bits of a whole number, whose sign extends without end, or of a binary, whose first byte has the lowest
 * bits. Returns undefined for other values.
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

/**
 * Returns the bits that a `$bits…` operator tests: the positions in an array, or the bits that are set in a number or a
 * binary.
 */
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
