import { badValue } from '../errors.ts'
import { compareToKey, keyOf, ORDER, orderOf } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elements, identical, isNaNValue, stringOf, type RawValue } from '../keys/raw.ts'
import { bitsOf } from './bits.ts'
import { isTruthy } from './expressions/compare.ts'
import { compileExpression } from './expressions/compile.ts'
import type { Variables } from './expressions/scope.ts'
import type { Filter } from './filter.ts'
import { visitPath } from './path.ts'
import type { Condition } from './condition.ts'
import { truncatedNumber } from './numbers.ts'
import { fromRaw } from './values.ts'
import { hasTerms, textsIn } from './text.ts'

/** Returns whether a value matches a filter. The value is a document, or an element for `$elemMatch`. */
export type Matcher = (value: RawValue) => boolean

/** `variables` are the variables that `$expr` can use. */
export function compileFilter(filter: Filter, variables: Variables = NO_VARIABLES): Matcher {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.parts.map((part) => compileFilter(part, variables))
      return (value) => parts.every((part) => part(value))
    }
    case 'or': {
      const parts = filter.parts.map((part) => compileFilter(part, variables))
      return (value) => parts.some((part) => part(value))
    }
    case 'nor': {
      const parts = filter.parts.map((part) => compileFilter(part, variables))
      return (value) => !parts.some((part) => part(value))
    }
    case 'leaf': {
      const test = compileCondition(filter.test)
      const { path } = filter
      return path.parts.length === 0 ? test.single : (value) => visitPath(value, path, test.leaf)
    }
    case 'expr': {
      const condition = compileExpression(fromRaw(filter.expression), Object.keys(variables))
      return (value) => isTruthy(condition({ root: fromRaw(value), variables }))
    }
    case 'never':
      return () => false
    case 'text': {
      const { search, paths } = filter
      if (paths === undefined) throw badValue('$text is only allowed in a query, at its top level or in $and')
      return (value) => hasTerms(textsIn(value, paths), search)
    }
  }
}

const NO_VARIABLES: Variables = {
  get NOW() {
    return new Date()
  },
}

/** Runs a filter on the bytes of a document. */
export function matches(matcher: Matcher, document: Buffer): boolean {
  return matcher(documentValue(document))
}

export interface CompiledCondition {
  /** Tests the value itself, such as an element inside `$elemMatch`. */
  readonly single: (value: RawValue | undefined) => boolean
  /** Tests the value at the end of a path. An array also matches if one of its elements does. */
  readonly leaf: (value: RawValue | undefined) => boolean
  /** Whether an array matches if one of its elements does. */
  readonly entersArrays: boolean
}

/** Compiles a condition into a test of one value and a test of the value at a path, which also looks into an array. */
export function compileCondition(test: Condition): CompiledCondition {
  const single = singleTest(test)
  if (test.op === '$size' || test.op === '$elemMatch' || test.op === '$exists')
    return { single, leaf: single, entersArrays: false }
  return {
    single,
    entersArrays: true,
    leaf: (value) => {
      if (single(value)) return true
      if (value?.type !== BSON_TYPE.array) return false
      for (const element of elements(value)) if (single(element)) return true
      return false
    },
  }
}

function singleTest(test: Condition): (value: RawValue | undefined) => boolean {
  switch (test.op) {
    case '$eq':
      return (value) => equalsKey(value, test.key)
    case '$lt':
    case '$lte':
    case '$gt':
    case '$gte':
      return rangeTest(test.op, test.value, test.key)
    case '$in': {
      const regexes = test.regexes.map(({ regex }) => regex)
      const isOneOf = membership(test.keys)
      return (value) => isOneOf(value) || regexes.some((regex) => hits(regex, value))
    }
    case '$regex':
      return (value) => hits(test.regex, value) || isSameRegex(test.pattern, test.options, value)
    case '$exists':
      return (value) => value !== undefined
    case '$type':
      return (value) => value !== undefined && test.types.has(value.type)
    case '$size':
      return (value) => value?.type === BSON_TYPE.array && count(value) === test.size
    case '$mod':
      return (value) => {
        const whole = value === undefined ? undefined : truncatedNumber(fromRaw(value))
        return whole !== undefined && whole % test.divisor === test.remainder
      }
    case '$bits':
      return (value) => {
        const bits = value === undefined ? undefined : bitsOf(value)
        if (bits === undefined) return false
        const answering = (test.set ? bits : ~bits) & test.mask
        return test.all ? answering === test.mask : answering !== 0n
      }
    case '$elemMatch': {
      const answers = elementMatcher(test)
      return (value) => {
        if (value?.type !== BSON_TYPE.array) return false
        for (const element of elements(value)) if (answers(element)) return true
        return false
      }
    }
  }
}

/** Returns a function that tests whether one element matches an `$elemMatch`. */
export function elementMatcher({ of, filter }: Extract<Condition, { op: '$elemMatch' }>): Matcher {
  const matcher = compileFilter(filter)
  if (of === 'value') return matcher
  return (element) => (element.type === BSON_TYPE.object || element.type === BSON_TYPE.array) && matcher(element)
}

/** Tests equality by key. A missing value equals null. The first byte, the type, decides most comparisons. */
function equalsKey(value: RawValue | undefined, key: Buffer): boolean {
  const order = value === undefined ? ORDER.null : orderOf(value.type)
  if (order !== key[0]) return order === ORDER.undefined && key[0] === ORDER.null
  return compareToKey(value, key) === 0
}

/** Uses a lookup for a long list instead of a loop. */
function membership(keys: readonly Buffer[]): (value: RawValue | undefined) => boolean {
  if (keys.length <= SHORT_LIST) return (value) => keys.some((key) => equalsKey(value, key))
  const known = new Set(keys.map((key) => key.toString('latin1')))
  const withNull = known.has(NULL_KEY)
  return (value) => {
    if (value === undefined || value.type === BSON_TYPE.undefined) return withNull
    return known.has(keyOf(value).toString('latin1'))
  }
}

const SHORT_LIST = 8

const NULL_KEY = keyOf(undefined).toString('latin1')

function rangeTest(
  op: '$lt' | '$lte' | '$gt' | '$gte',
  operand: RawValue,
  key: Buffer,
): (value: RawValue | undefined) => boolean {
  const bracket = key[0]
  // MinKey and MaxKey compare with every type, all other values with their own type only.
  const anyType = operand.type === BSON_TYPE.minKey || operand.type === BSON_TYPE.maxKey
  const operandIsNaN = isNaNValue(operand)
  return (value) => {
    const order = value === undefined ? ORDER.null : orderOf(value.type)
    if (!anyType) {
      if (order !== bracket) return false
      // NaN is neither less nor greater than a number and equals only itself.
      if (order === ORDER.number && value !== undefined && isNaNValue(value) !== operandIsNaN) return false
    } else if (value === undefined) {
      return false
    }
    const difference = compareToKey(value, key)
    switch (op) {
      case '$lt':
        return difference < 0
      case '$lte':
        return difference <= 0
      case '$gt':
        return difference > 0
      case '$gte':
        return difference >= 0
    }
  }
}

function hits(regex: RegExp, value: RawValue | undefined): boolean {
  if (value?.type !== BSON_TYPE.string && value?.type !== BSON_TYPE.symbol) return false
  return regex.test(stringOf(value))
}

/** A query with a regular expression also matches the same expression as a stored value. */
function isSameRegex(pattern: string, options: string, value: RawValue | undefined): boolean {
  if (value?.type !== BSON_TYPE.regex) return false
  const bytes = Buffer.from(`${pattern}\0${[...options].sort().join('')}\0`)
  return identical(value, { type: BSON_TYPE.regex, buffer: bytes, start: 0, end: bytes.length })
}

function count(array: RawValue): number {
  let size = 0
  for (const _ of elements(array)) size++
  return size
}
