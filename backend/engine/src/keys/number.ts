import type { ByteWriter } from './bytes.ts'

/*
 * The key of a number consists of two parts. The first is the largest double that is not above the number, as eight
 * bytes in an order-preserving form. The second is 0 if that double equals the number, and otherwise the exact decimal
 * remainder. So an int, long, double and Decimal128 of the same value have the same key, and values beyond the
 * precision of a double keep their order.
 */
const EXACT = 0
const WITH_REMAINDER = 1

/**
 * The offset of the remainder's exponent. A Decimal128 reaches 10^6145, and the expansion of a subnormal double reaches
 * 10^-1074.
 */
const EXPONENT_BIAS = 0x8000

const DECIMAL_BIAS = 6176

const scratch = new DataView(new ArrayBuffer(8))

/** Writes the key of a double. It sorts with the keys of the other numeric types. */
export function writeDouble(out: ByteWriter, value: number): void {
  const at = writeOrderedDouble(out, value)
  out.buffer[at + 8] = EXACT
}

/** `buffer` contains a little-endian int64 at `start`. */
export function writeLong(out: ByteWriter, buffer: Buffer, start: number): void {
  const value = buffer.readBigInt64LE(start)
  const nearest = Number(value)
  if (BigInt(nearest) === value) return writeDouble(out, nearest)
  writeDecimal(out, value, 0)
}

/** `buffer` contains a Decimal128 at `start` (IEEE 754-2008, binary integer significand, little-endian). */
export function writeDecimal128(out: ByteWriter, buffer: Buffer, start: number): void {
  const low = buffer.readBigUInt64LE(start)
  const high = buffer.readBigUInt64LE(start + 8)
  const negative = high >> 63n === 1n
  const combination = (high >> 58n) & 0x1fn
  if (combination === 0x1fn) return writeDouble(out, NaN)
  if (combination === 0x1en) return writeDouble(out, negative ? -Infinity : Infinity)
  // A significand in the large form has more than 34 digits. It is not canonical and counts as zero.
  if (combination >> 3n === 3n) return writeDouble(out, 0)
  const exponent = Number((high >> 49n) & 0x3fffn) - DECIMAL_BIAS
  const significand = ((high & ((1n << 49n) - 1n)) << 64n) | low
  writeDecimal(out, negative ? -significand : significand, exponent)
}

/** Writes `significand * 10 ** exponent`. */
function writeDecimal(out: ByteWriter, significand: bigint, exponent: number): void {
  if (significand === 0n) return writeDouble(out, 0)
  let floor = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(`${significand}e${exponent}`)))
  let remainder = subtract(significand, exponent, floor)
  if (remainder.significand < 0n) {
    floor = nextBelow(floor)
    if (floor === -Infinity) return writeBelowEveryDouble(out, significand, exponent)
    remainder = subtract(significand, exponent, floor)
  }
  if (remainder.significand === 0n) return writeDouble(out, floor)
  const at = writeOrderedDouble(out, floor)
  out.buffer[at + 8] = WITH_REMAINDER
  writeRemainder(out, remainder.significand, remainder.exponent)
}

/**
 * A Decimal128 below -MAX_VALUE has a key after that of -Infinity, with its distance to -10^6145 as a positive
 * remainder.
 */
function writeBelowEveryDouble(out: ByteWriter, significand: bigint, exponent: number): void {
  const at = writeOrderedDouble(out, -Infinity)
  out.buffer[at + 8] = WITH_REMAINDER
  writeRemainder(out, significand * 10n ** BigInt(exponent) + 10n ** 6146n, 0)
}

/**
 * Writes the exponent and then the decimal digits without trailing zeros. A zero, which is below every digit, ends
 * them.
 */
function writeRemainder(out: ByteWriter, significand: bigint, exponent: number): void {
  const digits = significand.toString()
  const kept = digits.replace(/0+$/, '')
  const at = out.reserve(2 + kept.length + 1)
  out.buffer.writeUInt16BE(digits.length + exponent + EXPONENT_BIAS, at)
  for (let i = 0; i < kept.length; i++) out.buffer[at + 2 + i] = kept.charCodeAt(i)
  out.buffer[at + 2 + kept.length] = 0
}

/** Returns `significand * 10 ** exponent - double` exactly. */
function subtract(significand: bigint, exponent: number, double: number): { significand: bigint; exponent: number } {
  const other = exactDecimal(double)
  const common = Math.min(exponent, other.exponent)
  return {
    significand:
      significand * 10n ** BigInt(exponent - common) - other.significand * 10n ** BigInt(other.exponent - common),
    exponent: common,
  }
}

/** Returns a finite double as an exact decimal number: m * 2^-n = m * 5^n * 10^-n. */
export function exactDecimal(double: number): { significand: bigint; exponent: number } {
  scratch.setFloat64(0, double)
  const bits = scratch.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & ((1n << 52n) - 1n)
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n)
  const power = (biased === 0 ? 1 : biased) - 1075
  const signed = bits >> 63n === 1n ? -mantissa : mantissa
  if (power >= 0) return { significand: signed << BigInt(power), exponent: 0 }
  return { significand: signed * 5n ** BigInt(-power), exponent: power }
}

function nextBelow(double: number): number {
  if (double === 0) return -Number.MIN_VALUE
  scratch.setFloat64(0, double)
  const bits = scratch.getBigUint64(0)
  scratch.setBigUint64(0, double > 0 ? bits - 1n : bits + 1n)
  return scratch.getFloat64(0)
}

/**
 * Reserves nine bytes: the double and the first byte of the second part. NaN sorts before -Infinity, and -0 equals 0.
 */
function writeOrderedDouble(out: ByteWriter, value: number): number {
  const at = out.reserve(9)
  const { buffer } = out
  if (Number.isNaN(value)) {
    buffer.fill(0, at, at + 8)
    return at
  }
  buffer.writeDoubleBE(value === 0 ? 0 : value, at)
  if ((buffer[at] ?? 0) < 0x80) {
    buffer[at] = (buffer[at] ?? 0) | 0x80
  } else {
    for (let i = at; i < at + 8; i++) buffer[i] = ~(buffer[i] ?? 0)
  }
  return at
}
