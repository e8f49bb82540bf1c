import { Binary, BSONRegExp, Decimal128, Double, Long, ObjectId } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../src/keys/bytes.ts'
import { keyOf, writeKey } from '../src/keys/encode.ts'
import { toRaw } from '../src/query/values.ts'
import { compareBson } from './helpers/bsonOrder.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('', '\0', '\x01', 'a', 'a\0', 'a\0b', 'a\x01', 'a\x01\x02', 'ab', '😀', '豈'),
)

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 2 ** 53, -(2 ** 63), 2 ** 63, Number.MAX_VALUE, Number.MIN_VALUE),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.constantFrom(2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 53n) - 1n).map((value) => Long.fromBigInt(value)),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), fc.integer({ min: -400, max: 400 }))
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc
    .constantFrom(
      'NaN',
      'Infinity',
      '-Infinity',
      '-0',
      '0.1',
      '1.50',
      '9007199254740993',
      '1E+6100',
      '-1E+6100',
      '1E-6176',
      '-1E-6176',
    )
    .map((digits) => Decimal128.fromString(digits)),
)

const scalar = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 3, arbitrary: text },
  fc.constant(null),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.tuple(fc.uint8Array({ maxLength: 4 }), fc.constantFrom(0, 4, 128)).map(([bytes, type]) => new Binary(bytes, type)),
  fc
    .constantFrom('a', 'ab')
    .chain((pattern) => fc.constantFrom('', 'i').map((options) => new BSONRegExp(pattern, options))),
)

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 6, arbitrary: scalar },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'é'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))

describe('index keys', () => {
  it('have the same order as their values in BSON', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(Math.sign(key(a).compare(key(b)))).toBe(Math.sign(compareBson(a, b)))
      }),
      { numRuns: 3000 },
    )
  })

  it('have an exact order for numbers of all types', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(Math.sign(key(a).compare(key(b)))).toBe(Math.sign(compareBson(a, b)))
      }),
      { numRuns: 3000 },
    )
  })

  it('of several fields compare field by field, each in its own direction', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(scalar, scalar, fc.boolean()), { minLength: 1, maxLength: 3 }), (fields) => {
        const [left, right] = [0, 1].map((side) => compound(fields.map((field) => [field[side], field[2]])))
        const expected =
          fields.map(([a, b, descending]) => compareBson(a, b) * (descending ? -1 : 1)).find((sign) => sign !== 0) ?? 0
        expect(Math.sign((left ?? EMPTY).compare(right ?? EMPTY))).toBe(Math.sign(expected))
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['an int, a double, a long and a decimal', [1, new Double(1), Long.fromNumber(1), Decimal128.fromString('1.000')]],
    [
      'a long and a decimal beyond doubles',
      [Long.fromString('9007199254740993'), Decimal128.fromString('9007199254740993')],
    ],
    ['0 and -0', [0, new Double(-0), Decimal128.fromString('-0')]],
    ['every NaN', [NaN, Decimal128.fromString('NaN')]],
  ])('are the same for %s', (_, values) => {
    expect(new Set(values.map((each) => key(each).toString('hex'))).size).toBe(1)
  })
})

const EMPTY = Buffer.alloc(0)

function key(of: unknown): Buffer {
  return keyOf(toRaw(of))
}

function compound(fields: [unknown, boolean][]): Buffer {
  const out = new ByteWriter()
  for (const [each, descending] of fields) {
    const start = out.length
    writeKey(out, toRaw(each))
    if (descending) out.invert(start)
  }
  return out.take()
}
