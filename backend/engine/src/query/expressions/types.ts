import { Decimal128, Long, ObjectId, Timestamp } from 'bson'
import { serverError } from '../../errors.ts'
import { BSON_TYPE } from '../../keys/raw.ts'
import { parseDecimal, writeDecimal } from '../decimal.ts'
import { fromWhole, numericType, toDecimal, toDouble, truncatedNumber } from '../numbers.ts'
import { doubleOf, isPlainObject, toRaw } from '../values.ts'
import { isTruthy } from './compare.ts'
import { parseDate } from './dateText.ts'
import { isNothing, optionsOf, withArguments, type Operator, type Operators } from './scope.ts'

/** Operators that test types and convert between them. */
export const TYPES: Operators = {
  $type: withArguments(1, 1, ([value]) => typeName(value)),
  $isNumber: withArguments(1, 1, ([value]) => numericType(value) !== undefined),
  $toBool: conversion('bool'),
  $toDate: conversion('date'),
  $toDecimal: conversion('decimal'),
  $toDouble: conversion('double'),
  $toInt: conversion('int'),
  $toLong: conversion('long'),
  $toObjectId: conversion('objectId'),
  $toString: conversion('string'),
  $convert: (argument, compile, name) => {
    const { input, to, onError, onNull } = optionsOf(
      argument,
      ['input', 'to'],
      ['onError', 'onNull', 'format', 'byteOrder'],
      name,
    )
    const [source, target] = [compile(input), compile(to)]
    const failed = onError === undefined ? undefined : compile(onError)
    const empty = onNull === undefined ? () => null : compile(onNull)
    return (scope) => {
      const [value, type] = [source(scope), target(scope)]
      if (isNothing(value)) return empty(scope)
      if (isNothing(type)) return null
      const wanted = targetOf(type)
      if (failed === undefined) return converted(value, wanted)
      try {
        return converted(value, wanted)
      } catch {
        return failed(scope)
      }
    }
  },
}

/** Returns the name of a BSON type, as `$type` does. */
function typeName(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return 'string'
  const type = toRaw(value)?.type
  return Object.entries(BSON_TYPE).find(([, number]) => number === type)?.[0] ?? 'missing'
}

/** Returns a value as a string, or undefined if MongoDB cannot convert it. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof ObjectId) return value.toHexString()
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Decimal128 || value instanceof Long) return value.toString()
  if (numericType(value) !== undefined) return String(toDouble(value))
  return value instanceof Timestamp ? `Timestamp(${value.t}, ${value.i})` : undefined
}

const TARGETS = ['bool', 'date', 'decimal', 'double', 'int', 'long', 'objectId', 'string'] as const

type Target = (typeof TARGETS)[number]

function conversion(target: Target): Operator {
  return withArguments(1, 1, ([value]) => (isNothing(value) ? null : converted(value, target)))
}

function targetOf(type: unknown): Target {
  const wanted = isPlainObject(type) ? type['type'] : type
  const number = numericType(wanted) === undefined ? undefined : toDouble(wanted)
  const name = number === undefined ? wanted : Object.entries(BSON_TYPE).find(([, known]) => known === number)?.[0]
  const target = TARGETS.find((each) => each === name)
  if (target === undefined) throw failure(`the target type ${String(wanted)} cannot be converted to`)
  return target
}

function converted(value: unknown, target: Target): unknown {
  switch (target) {
    case 'bool':
      return numericType(value) === undefined ? value !== false : isTruthy(value)
    case 'string': {
      const made = textOf(value)
      if (made === undefined) throw unconvertible(value, target)
      return made
    }
    case 'objectId':
      if (value instanceof ObjectId) return value
      if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return new ObjectId(value)
      throw unconvertible(value, target)
    case 'date':
      return toDate(value)
    case 'int':
    case 'long':
      return toWhole(value, target)
    case 'double':
      return doubleOf(toNumber(value))
    case 'decimal':
      if (value instanceof Decimal128) return value
      if (typeof value === 'string') {
        const parsed = parseDecimal(value)
        if (parsed === undefined) throw unconvertible(value, target)
        return writeDecimal(parsed)
      }
      return writeDecimal(
        toDecimal(
          value instanceof Date
            ? Long.fromNumber(value.getTime())
            : typeof value === 'boolean'
              ? Number(value)
              : numeric(value, target),
        ),
      )
  }
}

function toWhole(value: unknown, target: 'int' | 'long'): unknown {
  let whole: bigint | undefined
  if (typeof value === 'boolean') whole = value ? 1n : 0n
  else if (value instanceof Date && target === 'long') whole = BigInt(value.getTime())
  else if (typeof value === 'string') whole = /^[+-]?\d{1,19}$/.test(value) ? BigInt(value.replace('+', '')) : undefined
  else whole = truncatedNumber(numeric(value, target))
  if (whole === undefined) throw unconvertible(value, target)
  const made =
    target === 'long' ? fromWhole(whole, 'long') : BigInt.asIntN(32, whole) === whole ? Number(whole) : undefined
  if (made === undefined) throw failure(`Conversion would overflow target type in $convert: ${String(value)}`)
  return made
}

function toNumber(value: unknown): number {
  if (typeof value === 'boolean') return Number(value)
  if (value instanceof Date) return value.getTime()
  if (typeof value !== 'string') return toDouble(numeric(value, 'double'))
  if (parseDecimal(value) === undefined) throw unconvertible(value, 'double')
  return /inf/i.test(value) ? (value.startsWith('-') ? -Infinity : Infinity) : Number(value)
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value
  if (value instanceof ObjectId) return value.getTimestamp()
  if (value instanceof Timestamp) return new Date(value.t * 1000)
  if (typeof value === 'string') return parseDate(value, undefined, undefined)
  const type = numericType(value)
  if (type === undefined || type === 'int') throw unconvertible(value, 'date')
  return new Date(Math.trunc(toDouble(value)))
}

function numeric(value: unknown, target: string): unknown {
  if (numericType(value) === undefined) throw unconvertible(value, target)
  return value
}

function unconvertible(value: unknown, target: string): Error {
  if (typeof value === 'string') return failure(`Failed to parse '${value.slice(0, 100)}' as ${target} in $convert`)
  return failure(`Unsupported conversion from ${typeName(value)} to ${target} in $convert`)
}

function failure(message: string): Error {
  return serverError(241, 'ConversionFailure', message)
}
