import { badValue, failedToParse, unsupported } from '../errors.ts'
import { keyOf, orderOf } from '../keys/encode.ts'
import { BSON_TYPE, elements, elementName, numberOf, regexOf, stringOf, type RawValue } from '../keys/raw.ts'
import { parseMask } from './bits.ts'
import type { Filter } from './filter.ts'
import { truncatedNumber } from './numbers.ts'
import { compileRegex } from './regex.ts'
import { fromRaw } from './values.ts'

export type RangeOperator = '$lt' | '$lte' | '$gt' | '$gte'

/** A condition on the values at one path. */
export type Condition =
  | { op: '$eq'; value: RawValue; key: Buffer }
  | { op: RangeOperator; value: RawValue; key: Buffer }
  | { op: '$in'; values: RawValue[]; keys: Buffer[]; regexes: RegexCondition[] }
  | RegexCondition
  | { op: '$exists' }
  | { op: '$type'; types: ReadonlySet<number> }
  | { op: '$size'; size: number }
  | { op: '$mod'; divisor: bigint; remainder: bigint }
  | { op: '$bits'; mask: bigint; all: boolean; set: boolean }
  | { op: '$elemMatch'; of: 'object' | 'value'; filter: Filter }

export interface RegexCondition {
  op: '$regex'
  pattern: string
  options: string
  regex: RegExp
}

/** Parses an operator that depends on one value. `filter.ts` builds the others. */
export function parseCondition(operator: string, value: RawValue, siblings: RawValue): Condition {
  switch (operator) {
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      if (value.type === BSON_TYPE.regex) throw badValue(`Can't have RegEx as arg to predicate over field: ${operator}`)
      return { op: operator, value, key: keyOf(value) }
    case '$in':
      return parseIn(value)
    case '$regex':
      return parseRegex(value, siblings)
    case '$type':
      return { op: '$type', types: parseTypes(value) }
    case '$size':
      return { op: '$size', size: parseSize(value) }
    case '$mod':
      return parseMod(value)
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return {
        op: '$bits',
        mask: parseMask(value, operator),
        all: operator.startsWith('$bitsAll'),
        set: operator.endsWith('Set'),
      }
    case '$near':
    case '$nearSphere':
    case '$geoWithin':
    case '$geoIntersects':
    case '$within':
    case '$geoNear':
      throw unsupported(`The query operator ${operator}`)
    default:
      throw badValue(`unknown operator: ${operator}`)
  }
}

function parseIn(value: RawValue): Condition {
  if (value.type !== BSON_TYPE.array) throw badValue('$in needs an array')
  const values: RawValue[] = []
  const regexes: RegexCondition[] = []
  for (const element of elements(value)) {
    values.push(element)
    if (element.type === BSON_TYPE.regex) regexes.push(parseRegex(element, element))
  }
  return { op: '$in', values, keys: values.map(keyOf), regexes }
}

function parseRegex(value: RawValue, siblings: RawValue): RegexCondition {
  const source = value.type === BSON_TYPE.regex ? regexOf(value) : { pattern: textOf(value, '$regex'), flags: '' }
  const given = siblings.type === BSON_TYPE.object ? optionOf(siblings) : undefined
  const options = given ?? source.flags
  return { op: '$regex', pattern: source.pattern, options, regex: compileRegex(source.pattern, options) }
}

function optionOf(siblings: RawValue): string | undefined {
  for (const element of elements(siblings)) {
    if (elementName(element) === '$options') return textOf(element, '$options')
  }
  return undefined
}

function textOf(value: RawValue, operator: string): string {
  if (value.type !== BSON_TYPE.string) throw badValue(`${operator} has to be a string`)
  return stringOf(value)
}

function parseSize(value: RawValue): number {
  const size = numberOf(value)
  if (size === undefined || !Number.isInteger(size)) throw failedToParse('Failed to parse $size. Expected an integer')
  if (size < 0) throw failedToParse('Failed to parse $size. Expected a non-negative number')
  return size
}

function parseMod(value: RawValue): Condition {
  const numbers =
    value.type === BSON_TYPE.array ? Array.from(elements(value), (element) => truncatedNumber(fromRaw(element))) : []
  const [divisor, remainder] = numbers
  if (divisor === undefined || remainder === undefined || numbers.length !== 2) {
    throw badValue('malformed mod, needs to be an array of two numbers')
  }
  if (divisor === 0n) throw badValue('divisor cannot be 0')
  return { op: '$mod', divisor, remainder }
}

function parseTypes(value: RawValue): Set<number> {
  const named = value.type === BSON_TYPE.array ? [...elements(value)] : [value]
  const types = new Set<number>()
  for (const each of named) for (const type of typeNumbers(each)) types.add(type)
  if (types.size === 0) throw failedToParse('$type must match at least one type')
  return types
}

function typeNumbers(value: RawValue): readonly number[] {
  if (value.type === BSON_TYPE.string) {
    const name = stringOf(value)
    if (name === 'number') return [BSON_TYPE.double, BSON_TYPE.int, BSON_TYPE.long, BSON_TYPE.decimal]
    const type = Object.entries(BSON_TYPE).find(([known]) => known === name)?.[1]
    if (type === undefined) throw badValue(`Unknown type name alias: ${name}`)
    return [type]
  }
  const number = numberOf(value)
  const type = number === -1 ? BSON_TYPE.minKey : number
  if (type === undefined) throw badValue('type must be represented as a number or a string')
  try {
    orderOf(type)
  } catch {
    throw badValue(`Invalid numerical type code: ${type}`)
  }
  return [type]
}
