import { Decimal128 } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDecimals,
  decimalOfDouble,
  divideDecimals,
  multiplyDecimals,
  readDecimal,
  remainderOfDecimals,
  roundDecimal,
  writeDecimal,
  type Decimal,
  type Rounding,
} from '../src/query/decimal.ts'

/** An exact number: top / bottom, with a positive bottom. */
interface Fraction {
  top: bigint
  bottom: bigint
}

describe('Decimal128 arithmetic', () => {
  const limit = 10n ** 34n - 1n
  const decimal = fc
    .tuple(fc.bigInt({ min: -limit, max: limit }), fc.integer({ min: -40, max: 40 }))
    .map(([coefficient, exponent]) => Decimal128.fromString(`${coefficient}E${exponent}`))

  it('rounds to the nearest number with 34 digits', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [x, y] = [fractionOf(a), fractionOf(b)]
        expect(
          distance(addDecimals(readDecimal(a), readDecimal(b)), {
            top: x.top * y.bottom + y.top * x.bottom,
            bottom: x.bottom * y.bottom,
          }),
        ).toBe('nearest')
        expect(
          distance(multiplyDecimals(readDecimal(a), readDecimal(b)), {
            top: x.top * y.top,
            bottom: x.bottom * y.bottom,
          }),
        ).toBe('nearest')
        if (y.top === 0n) return
        const sign = y.top < 0n ? -1n : 1n
        expect(
          distance(divideDecimals(readDecimal(a), readDecimal(b)), {
            top: x.top * y.bottom * sign,
            bottom: x.bottom * y.top * sign,
          }),
        ).toBe('nearest')
      }),
      { numRuns: 500 },
    )
  })

  const results: [string, Decimal, string][] = [
    ['1 / 3', divideDecimals(read('1'), read('3')), '0.3333333333333333333333333333333333'],
    ['10 / 4', divideDecimals(read('10'), read('4')), '2.5'],
    ['1 / 0', divideDecimals(read('1'), read('0')), 'Infinity'],
    ['0 / 0', divideDecimals(read('0'), read('0')), 'NaN'],
    ['Infinity - Infinity', addDecimals(read('Infinity'), read('-Infinity')), 'NaN'],
    ['-Infinity * 2', multiplyDecimals(read('-Infinity'), read('2')), '-Infinity'],
    ['beyond the greatest', multiplyDecimals(read('9E6144'), read('10')), 'Infinity'],
    ['below the smallest', multiplyDecimals(read('1E-6170'), read('1E-7')), '0E-6176'],
    ['-7.5 mod 2', remainderOfDecimals(read('-7.5'), read('2')), '-1.5'],
    ['0.1 as a double', decimalOfDouble(0.1), '0.100000000000000'],
  ]

  it.each(results)('%s', (_, result, text) => {
    expect(writeDecimal(result).toString()).toBe(text)
  })

  it.each([
    ['2.5', 0, 'even', '2'],
    ['3.5', 0, 'even', '4'],
    ['-2.5', 0, 'floor', '-3'],
    ['2.1', 0, 'ceil', '3'],
    ['-2.79', 1, 'truncate', '-2.7'],
    ['1250', -2, 'even', '1.2E+3'],
  ] as [string, number, Rounding, string][])('rounds %s to %d places (%s)', (text, places, how, expected) => {
    expect(writeDecimal(roundDecimal(read(text), places, how)).toString()).toBe(expected)
  })
})

function read(text: string): Decimal {
  return readDecimal(Decimal128.fromString(text))
}

function distance(result: Decimal, exact: Fraction): 'nearest' | 'too few digits' | 'too far' {
  const written = writeDecimal(result)
  const { top, bottom } = fractionOf(written)
  const off = absolute(top * exact.bottom - exact.top * bottom)
  if (off === 0n) return 'nearest'
  const { digits, exponent } = partsOf(written)
  // Only a result with all digits may be rounded, by at most half of its last digit.
  if (digits.replace(/^0+/, '').length !== 34) return 'too few digits'
  const [unitTop, unitBottom] = exponent >= 0 ? [10n ** BigInt(exponent), 1n] : [1n, 10n ** BigInt(-exponent)]
  return off * 2n * unitBottom <= bottom * exact.bottom * unitTop ? 'nearest' : 'too far'
}

function fractionOf(value: Decimal128): Fraction {
  const { sign, digits, exponent } = partsOf(value)
  const whole = BigInt(sign + digits)
  return exponent >= 0
    ? { top: whole * 10n ** BigInt(exponent), bottom: 1n }
    : { top: whole, bottom: 10n ** BigInt(-exponent) }
}

function partsOf(value: Decimal128): { sign: string; digits: string; exponent: number } {
  const [, sign = '', before = '', after = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(value.toString()) ?? []
  return { sign, digits: before + after, exponent: Number(power) - after.length }
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
