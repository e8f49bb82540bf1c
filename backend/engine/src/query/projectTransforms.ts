import { badValue } from '../errors.ts'
import { ByteWriter } from '../keys/bytes.ts'
import { BSON_TYPE, elements, numberOf, type RawValue } from '../keys/raw.ts'
import { parseElemMatch } from './filter.ts'
import { elementMatcher } from './match.ts'

/** Returns the visible part of an array, or undefined to hide it. */
export type Transform = (value: RawValue) => RawValue | undefined

/**
 * Handles `$slice: n` (the first elements, or the last ones if n is negative) and `$slice: [skip, n]`. Returns
 * undefined for the arguments of the expression `$slice`.
 */
export function sliceOf(argument: RawValue): Transform | undefined {
  const numbers = argument.type === BSON_TYPE.array ? [...elements(argument)].map(numberOf) : [numberOf(argument)]
  const [first, second] = numbers
  if (argument.type === BSON_TYPE.array && first === undefined) return undefined
  if (
    first === undefined ||
    (argument.type === BSON_TYPE.array && (numbers.length !== 2 || second === undefined || second <= 0))
  ) {
    throw badValue('$slice takes a number, or an array of a skip and a positive limit')
  }
  return (value) => {
    if (value.type !== BSON_TYPE.array) return value
    const all = [...elements(value)]
    const from = second === undefined ? (first < 0 ? first : 0) : first
    const begin = from < 0 ? Math.max(0, all.length + from) : from
    const count = second ?? Math.abs(first)
    return arrayOf(all.slice(begin, begin + count))
  }
}

/** Returns an array with the first element that matches, or undefined if none does. */
export function elemMatchOf(argument: RawValue): Transform {
  const answers = elementMatcher(parseElemMatch(argument, 0))
  return (value) => {
    if (value.type !== BSON_TYPE.array) return undefined
    for (const element of elements(value)) if (answers(element)) return arrayOf([element])
    return undefined
  }
}

/** Builds a BSON array of values. */
export function arrayOf(values: readonly RawValue[]): RawValue {
  const out = new ByteWriter()
  out.reserve(4)
  values.forEach((value, i) => {
    out.byte(value.type)
    out.bytes(Buffer.from(String(i)))
    out.byte(0)
    out.bytes(value.buffer, value.start, value.end)
  })
  out.byte(0)
  out.buffer.writeInt32LE(out.length, 0)
  return { type: BSON_TYPE.array, buffer: out.buffer, start: 0, end: out.length }
}
