import { Decimal128, Double, Long } from 'bson'
import { badValue, serverError, unsupported, type EngineError } from '../../errors.ts'
import { exactDecimal } from '../../keys/number.ts'
import {
  divideDecimals,
  finite,
  negateDecimal,
  remainderOfDecimals,
  roundDecimal,
  signOf,
  wholeOfDecimal,
  writeDecimal,
  type Rounding,
} from '../decimal.ts'
import { addNumbers, fromWhole, multiplyNumbers, numericType, toDecimal, toDouble, wholeOf } from '../numbers.ts'
import { doubleOf } from '../values.ts'
import { isNothing, location, withArguments, type Operator, type Operators } from './scope.ts'

/** Operators on numbers: int, long, double and Decimal128, each with its own arithmetic. */
export const ARITHMETIC: Operators = {
  $add: withArguments(0, Infinity, (values) => add(values)),
  $subtract: withArguments(2, 2, ([a, b]) => subtract(a, b)),
  $multiply: withArguments(0, Infinity, (values) => {
    let product: unknown = 1
    for (const value of values) {
      if (isNothing(value)) return null
      product = multiplyNumbers(product, required(value, '$multiply'))
    }
    return product
  }),
  $divide: withArguments(2, 2, ([a, b]) => divide(a, b)),
  $mod: withArguments(2, 2, ([a, b]) => modulo(a, b)),
  $abs: ofNumber((value) => (toDouble(value) < 0 ? negate(value) : value)),
  $ceil: ofNumber((value) => round(value, 0, 'ceil')),
  $floor: ofNumber((value) => round(value, 0, 'floor')),
  $round: withArguments(1, 2, ([value, places], name) => roundTo(value, places, 'even', name)),
  $trunc: withArguments(1, 2, ([value, places], name) => roundTo(value, places, 'truncate', name)),
  $pow: withArguments(2, 2, ([base, exponent]) => power(base, exponent)),
  $sqrt: ofDouble(
    Math.sqrt,
    (value) => value < 0 && location(28714, "$sqrt's argument must be greater than or equal to 0"),
  ),
  $exp: ofDouble(Math.exp),
  $ln: ofDouble(Math.log, (value) => value <= 0 && location(28766, "$ln's argument must be a positive number")),
  $log10: ofDouble(Math.log10, (value) => value <= 0 && location(28761, "$log10's argument must be a positive number")),
  $log: withArguments(2, 2, ([value, base], name) => {
    if (isNothing(value) || isNothing(base)) return null
    const [x, b] = [exactDouble(value, name), exactDouble(base, name)]
    if (x <= 0) throw location(28758, "$log's argument must be a positive number")
    if (b <= 0 || b === 1) throw location(28759, "$log's base must be a positive number not equal to 1")
    return doubleOf(Math.log(x) / Math.log(b))
  }),
  $sin: ofDouble(Math.sin),
  $cos: ofDouble(Math.cos),
  $tan: ofDouble(Math.tan),
  $sinh: ofDouble(Math.sinh),
  $cosh: ofDouble(Math.cosh),
  $tanh: ofDouble(Math.tanh),
  $asin: ofDouble(Math.asin, outside(-1, 1)),
  $acos: ofDouble(Math.acos, outside(-1, 1)),
  $atan: ofDouble(Math.atan),
  $asinh: ofDouble(Math.asinh),
  $acosh: ofDouble(Math.acosh, outside(1, Infinity)),
  $atanh: ofDouble(Math.atanh, outside(-1, 1)),
  $degreesToRadians: ofDouble((value) => (value * Math.PI) / 180),
  $radiansToDegrees: ofDouble((value) => (value * 180) / Math.PI),
  $atan2: withArguments(2, 2, ([y, x], name) =>
    isNothing(y) || isNothing(x) ? null : doubleOf(Math.atan2(exactDouble(y, name), exactDouble(x, name))),
  ),
  $bitAnd: bits((a, b) => a & b, -1n),
  $bitOr: bits((a, b) => a | b, 0n),
  $bitXor: bits((a, b) => a ^ b, 0n),
  $bitNot: withArguments(1, 1, ([value], name) => {
    if (isNothing(value)) return null
    return fromWhole(~wholeRequired(value, name), value instanceof Long ? 'long' : 'int')
  }),
  $rand: () => () => Math.random(),
}

/** Returns the sum of numbers and at most one date. If a value is null, the result is null. */
function add(values: readonly unknown[]): unknown {
  let sum: unknown = 0
  let date: Date | undefined
  for (const value of values) {
    if (isNothing(value)) return null
    if (value instanceof Date) {
      if (date !== undefined) throw location(16612, 'only one date allowed in an $add expression')
      date = value
    } else {
      sum = addNumbers(sum, required(value, '$add'))
    }
  }
  return date === undefined ? sum : new Date(date.getTime() + Math.round(toDouble(sum)))
}

/** Returns a whole number from a value that must fit into 32 bits. */
export function smallWhole(value: unknown, what: string): number {
  const number = numericType(value) === undefined ? NaN : toDouble(value)
  if (!Number.isInteger(number) || Math.abs(number) > 2 ** 31)
    throw badValue(`${what} must be a whole number of 32 bits`)
  return number
}

function negate(value: unknown): unknown {
  if (value instanceof Decimal128) return writeDecimal(negateDecimal(toDecimal(value)))
  const whole = wholeOf(value)
  if (whole === undefined) return doubleOf(-toDouble(value))
  const negated = fromWhole(-whole, value instanceof Long ? 'long' : 'int')
  if (negated === undefined) throw location(28680, "can't take $abs of long long min")
  return negated
}

function subtract(a: unknown, b: unknown): unknown {
  if (isNothing(a) || isNothing(b)) return null
  if (a instanceof Date) {
    if (b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime())
    return new Date(a.getTime() - Math.round(toDouble(required(b, '$subtract'))))
  }
  return addNumbers(required(a, '$subtract'), negateForSum(required(b, '$subtract')))
}

/**
 * The smallest 64-bit number has no 64-bit negative. Its double is used, because the difference exceeds 64 bits in any
 * case.
 */
function negateForSum(value: unknown): unknown {
  return value instanceof Long && value.eq(Long.MIN_VALUE) ? new Double(2 ** 63) : negate(value)
}

function divide(a: unknown, b: unknown): unknown {
  if (isNothing(a) || isNothing(b)) return null
  const [top, bottom] = [required(a, '$divide'), required(b, '$divide')]
  if (isZero(bottom)) throw badValue("can't $divide by zero")
  if (top instanceof Decimal128 || bottom instanceof Decimal128)
    return writeDecimal(divideDecimals(toDecimal(top), toDecimal(bottom)))
  return doubleOf(toDouble(top) / toDouble(bottom))
}

function modulo(a: unknown, b: unknown): unknown {
  if (isNothing(a) || isNothing(b)) return null
  const [top, bottom] = [required(a, '$mod'), required(b, '$mod')]
  if (isZero(bottom)) throw location(16610, "can't $mod by zero")
  if (top instanceof Decimal128 || bottom instanceof Decimal128)
    return writeDecimal(remainderOfDecimals(toDecimal(top), toDecimal(bottom)))
  const [x, y] = [wholeOf(top), wholeOf(bottom)]
  if (x === undefined || y === undefined) return doubleOf(toDouble(top) % toDouble(bottom))
  return fromWhole(x % y, top instanceof Long || bottom instanceof Long ? 'long' : 'int')
}

function roundTo(value: unknown, places: unknown, how: Rounding, name: string): unknown {
  if (isNothing(value) || places === null) return null
  const count = places === undefined ? 0 : smallWhole(places, `The precision of ${name}`)
  if (count < -20 || count > 100)
    throw location(51083, `cannot apply ${name} with precision value ${count} value must be in [-20, 100]`)
  return round(required(value, name), count, how)
}

/** Rounds a double by its exact decimal value, so that 2.675 becomes 2.67. */
function round(value: unknown, places: number, how: Rounding): unknown {
  if (value instanceof Decimal128) return writeDecimal(roundDecimal(toDecimal(value), places, how))
  if (wholeOf(value) !== undefined) {
    const rounded = wholeOfDecimal(roundDecimal(toDecimal(value), Math.min(places, 0), how)) ?? 0n
    const result = fromWhole(rounded, value instanceof Long ? 'long' : 'int')
    if (result === undefined) throw location(51080, `The result of rounding exceeds 64 bits`)
    return result
  }
  const double = toDouble(value)
  if (!Number.isFinite(double)) return doubleOf(double)
  const { significand, exponent } = exactDecimal(double)
  const rounded = roundDecimal(finite(significand, exponent), places, how)
  return doubleOf(rounded.kind === 'finite' ? Number(`${rounded.coefficient}e${rounded.exponent}`) : double)
}

function power(base: unknown, exponent: unknown): unknown {
  if (isNothing(base) || isNothing(exponent)) return null
  const [b, e] = [exactDouble(base, '$pow'), exactDouble(exponent, '$pow')]
  if (b === 0 && e < 0) throw location(28764, '$pow cannot take a base of 0 and a negative exponent')
  const [whole, times] = [wholeOf(base), wholeOf(exponent)]
  if (whole !== undefined && times !== undefined && times >= 0n && (times < 64n || (whole >= -1n && whole <= 1n))) {
    const exact = fromWhole(
      whole ** (times > 64n ? times % 2n : times),
      base instanceof Long || exponent instanceof Long ? 'long' : 'int',
    )
    if (exact !== undefined) return exact
  }
  return doubleOf(b ** e)
}

function ofNumber(compute: (value: unknown) => unknown): Operator {
  return withArguments(1, 1, ([value], name) => (isNothing(value) ? null : compute(required(value, name))))
}

function ofDouble(compute: (value: number) => number, refuse?: (value: number) => EngineError | false): Operator {
  return withArguments(1, 1, ([value], name) => {
    if (isNothing(value)) return null
    const double = exactDouble(value, name)
    const refused = refuse?.(double) ?? false
    if (refused !== false) throw refused
    return doubleOf(compute(double))
  })
}

function outside(low: number, high: number): (value: number) => EngineError | false {
  return (value) =>
    (value < low || value > high) &&
    location(50989, `cannot apply the operator to ${value}, value must be in [${low},${high}]`)
}

function bits(combine: (a: bigint, b: bigint) => bigint, start: bigint): Operator {
  return withArguments(0, Infinity, (values, name) => {
    if (values.some(isNothing)) return null
    const result = values.reduce((sum: bigint, value) => combine(sum, wholeRequired(value, name)), start)
    return fromWhole(result, values.some((value) => value instanceof Long) ? 'long' : 'int')
  })
}

function required(value: unknown, name: string): unknown {
  if (numericType(value) === undefined) throw serverError(14, 'TypeMismatch', `${name} only supports numeric types`)
  return value
}

function wholeRequired(value: unknown, name: string): bigint {
  const whole = wholeOf(value)
  if (whole === undefined) throw serverError(14, 'TypeMismatch', `${name} only supports int and long operands.`)
  return whole
}

/** Returns a double for functions that exist only for doubles. */
function exactDouble(value: unknown, name: string): number {
  if (required(value, name) instanceof Decimal128) throw unsupported(`${name} of a Decimal128`)
  return toDouble(value)
}

function isZero(value: unknown): boolean {
  return value instanceof Decimal128
    ? signOf(toDecimal(value)) === 0 && toDecimal(value).kind === 'finite'
    : toDouble(value) === 0
}
