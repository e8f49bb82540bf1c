import { Decimal128 } from 'bson'

/* Decimal128 arithmetic on integers (IEEE 754-2008, 34 digits, ties to even), because the bson package has none. */

/** A finite `coefficient * 10 ** exponent`, or a special value. The sign of a zero is lost. */
export type Decimal =
  | { readonly kind: 'finite'; readonly coefficient: bigint; readonly exponent: number }
  | { readonly kind: 'infinity'; readonly negative: boolean }
  | { readonly kind: 'nan' }

const DIGITS = 34
const MIN_EXPONENT = -6176
const MAX_EXPONENT = 6111

/** MongoDB converts a double to a decimal with 15 significant digits. */
const DOUBLE_DIGITS = 15

const NAN: Decimal = { kind: 'nan' }

/** Creates the number `coefficient` x 10^`exponent`. */
export function finite(coefficient: bigint, exponent = 0): Decimal {
  return { kind: 'finite', coefficient, exponent }
}

/** Reads a Decimal128. It is exact. */
export function readDecimal(value: Decimal128): Decimal {
  return parseDecimal(value.toString()) ?? NAN
}

/** Parses `-1.5E+3`, `Infinity` or `NaN`. Returns undefined for any other text. */
export function parseDecimal(text: string): Decimal | undefined {
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text)
  if (special !== null) return /nan/i.test(text) ? NAN : { kind: 'infinity', negative: special[1] === '-' }
  const [whole, sign = '', before = '', after = '', power = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,6}))?$/.exec(text) ?? []
  if (whole === undefined || before + after === '') return undefined
  const coefficient = BigInt(before + after)
  return finite(sign === '-' ? -coefficient : coefficient, Number(power) - after.length)
}

/** Converts a double, rounded to 15 digits as MongoDB does. */
export function decimalOfDouble(value: number): Decimal {
  if (Number.isNaN(value)) return NAN
  if (!Number.isFinite(value)) return { kind: 'infinity', negative: value < 0 }
  if (value === 0) return finite(0n)
  return parseDecimal(value.toExponential(DOUBLE_DIGITS - 1)) ?? NAN
}

/** Writes a Decimal128, rounded half to even to 34 digits. A number beyond its range becomes an infinity. */
export function writeDecimal(value: Decimal): Decimal128 {
  if (value.kind === 'nan') return Decimal128.fromString('NaN')
  if (value.kind === 'infinity') return Decimal128.fromString(value.negative ? '-Infinity' : 'Infinity')
  const { coefficient, exponent } = rounded(value.coefficient, value.exponent)
  const room = DIGITS - digitsOf(coefficient)
  if (exponent > MAX_EXPONENT + room && coefficient !== 0n)
    return writeDecimal({ kind: 'infinity', negative: coefficient < 0n })
  return Decimal128.fromString(
    `${coefficient}E${Math.max(MIN_EXPONENT, Math.min(exponent, coefficient === 0n ? MAX_EXPONENT : exponent))}`,
  )
}

/** Adds two numbers, rounded to 34 digits. The sum of opposite infinities is NaN. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN
  if (a.kind === 'infinity') return b.kind === 'infinity' && a.negative !== b.negative ? NAN : a
  if (b.kind === 'infinity') return b
  const exponent = Math.min(a.exponent, b.exponent)
  return rounded(scaled(a, exponent) + scaled(b, exponent), exponent)
}

/** Multiplies two numbers, rounded to 34 digits. Zero times an infinity is NaN. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    const [signA, signB] = [signOf(a), signOf(b)]
    return signA === 0 || signB === 0 ? NAN : { kind: 'infinity', negative: signA !== signB }
  }
  return rounded(a.coefficient * b.coefficient, a.exponent + b.exponent)
}

/** A division by zero gives an infinity, and 0/0 gives NaN. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN
  if (b.kind === 'infinity') return a.kind === 'infinity' ? NAN : finite(0n)
  if (a.kind === 'infinity') return { kind: 'infinity', negative: a.negative !== b.coefficient < 0n }
  if (b.coefficient === 0n) return a.coefficient === 0n ? NAN : { kind: 'infinity', negative: a.coefficient < 0n }
  // Enough digits to round, plus a last one that shows a remainder.
  const shift = Math.max(0, DIGITS + 2 + digitsOf(b.coefficient) - digitsOf(a.coefficient))
  const top = a.coefficient * 10n ** BigInt(shift)
  const quotient = top / b.coefficient
  const exact = quotient * b.coefficient === top
  const ideal = a.exponent - b.exponent
  if (exact) {
    const { coefficient, exponent } = trimmed(quotient, ideal - shift, ideal)
    return rounded(coefficient, exponent)
  }
  const sign = top < 0n !== b.coefficient < 0n ? -1n : 1n
  return rounded(quotient * 10n + sign, ideal - shift - 1)
}

/** Returns the remainder of a division that rounds towards zero. It has the sign of the dividend. */
export function remainderOfDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind !== 'finite' || b.kind === 'nan' || (b.kind === 'finite' && b.coefficient === 0n)) return NAN
  if (b.kind === 'infinity') return a
  const exponent = Math.min(a.exponent, b.exponent)
  return rounded(scaled(a, exponent) % scaled(b, exponent), exponent)
}

/** Returns the number with the other sign. NaN stays NaN. */
export function negateDecimal(value: Decimal): Decimal {
  if (value.kind === 'finite') return finite(-value.coefficient, value.exponent)
  return value.kind === 'infinity' ? { kind: 'infinity', negative: !value.negative } : value
}

/** Returns -1, 0 or 1; 0 for NaN. */
export function signOf(value: Decimal): number {
  if (value.kind === 'nan') return 0
  if (value.kind === 'infinity') return value.negative ? -1 : 1
  return value.coefficient === 0n ? 0 : value.coefficient < 0n ? -1 : 1
}

export type Rounding = 'even' | 'floor' | 'ceil' | 'truncate'

/** Rounds to a number of digits after the decimal point, or before it if negative. */
export function roundDecimal(value: Decimal, places: number, how: Rounding): Decimal {
  if (value.kind !== 'finite' || value.exponent >= -places) return value
  return finite(shifted(value.coefficient, -places - value.exponent, how), -places)
}

/** Returns the integer value of a decimal, or undefined if it has a fraction or is not finite. */
export function wholeOfDecimal(value: Decimal): bigint | undefined {
  if (value.kind !== 'finite') return undefined
  const truncated = roundDecimal(value, 0, 'truncate')
  return truncated.kind === 'finite'
    ? truncated.coefficient * 10n ** BigInt(Math.max(0, truncated.exponent))
    : undefined
}

function rounded(coefficient: bigint, exponent: number): { kind: 'finite'; coefficient: bigint; exponent: number } {
  const excess = Math.max(digitsOf(coefficient) - DIGITS, MIN_EXPONENT - exponent, 0)
  if (excess === 0) return { kind: 'finite', coefficient, exponent }
  const cut = shifted(coefficient, excess, 'even')
  // 99…9 may have become 100…0, with one digit too many.
  return digitsOf(cut) > DIGITS
    ? { kind: 'finite', coefficient: cut / 10n, exponent: exponent + excess + 1 }
    : { kind: 'finite', coefficient: cut, exponent: exponent + excess }
}

/** Returns `coefficient / 10 ** places`, rounded to an integer. */
function shifted(coefficient: bigint, places: number, how: Rounding): bigint {
  if (digitsOf(coefficient) + 1 < places && how === 'even') return 0n
  const divisor = 10n ** BigInt(Math.min(places, digitsOf(coefficient) + 1))
  const quotient = coefficient / divisor
  const rest = coefficient % divisor
  if (rest === 0n || how === 'truncate') return quotient
  if (how === 'floor') return rest < 0n ? quotient - 1n : quotient
  if (how === 'ceil') return rest > 0n ? quotient + 1n : quotient
  const twice = (rest < 0n ? -rest : rest) * 2n
  const away = twice > divisor || (twice === divisor && quotient % 2n !== 0n)
  return away ? quotient + (coefficient < 0n ? -1n : 1n) : quotient
}

/** Removes trailing zeros, but only until the exponent that the exact result should have. */
function trimmed(coefficient: bigint, exponent: number, ideal: number): { coefficient: bigint; exponent: number } {
  if (coefficient === 0n) return { coefficient, exponent: ideal }
  let [left, power] = [coefficient, exponent]
  while (power < ideal && left % 10n === 0n) {
    left /= 10n
    power++
  }
  return { coefficient: left, exponent: power }
}

function scaled(value: { coefficient: bigint; exponent: number }, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent)
}

function digitsOf(coefficient: bigint): number {
  return coefficient === 0n ? 1 : (coefficient < 0n ? -coefficient : coefficient).toString().length
}
