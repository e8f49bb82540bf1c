import { ObjectId, Timestamp } from 'bson'
import { mingo, mingoOptions, translated } from '../mingo.ts'
import { numericType, toDouble } from '../numbers.ts'
import { isPlainObject } from '../values.ts'
import { isNothing, type Operator, type Operators } from './scope.ts'

/** The calendar, with time zones: mingo's. */
export const DATES: Operators = Object.fromEntries(
  [
    '$dateAdd', '$dateDiff', '$dateFromParts', '$dateFromString', '$dateSubtract', '$dateToParts', '$dateToString', '$dateTrunc',
    '$dayOfMonth', '$dayOfWeek', '$dayOfYear', '$hour', '$isoDayOfWeek', '$isoWeek', '$isoWeekYear', '$millisecond', '$minute',
    '$month', '$second', '$week', '$year',
  ].map((name) => [name, calendar]),
)

/** What may be missing without the result being null. */
const TOLERANT = new Set(['onNull', 'onError', 'format'])

function calendar(...[argument, compile, name]: Parameters<Operator>): ReturnType<Operator> {
  const single: unknown = Array.isArray(argument) && argument.length === 1 ? argument[0] : argument
  const isOptions = isPlainObject(single) && Object.keys(single)[0]?.startsWith('$') !== true
  if (!isOptions) {
    const part = compile(single)
    return (scope) => {
      const value = part(scope)
      return isNothing(value) ? null : ask(name, { $literal: plain(value) })
    }
  }
  const parts = Object.entries(single).map(([key, each]) => [key, compile(each)] as const)
  const [onNull, onError] = ['onNull', 'onError'].map((key) => parts.find(([known]) => known === key)?.[1])
  return (scope) => {
    const values = parts.map(([key, part]): [string, unknown] => [key, TOLERANT.has(key) && key !== 'format' ? undefined : part(scope)])
    if (values.some(([key, value]) => !TOLERANT.has(key) && isNothing(value))) return onNull?.(scope) ?? null
    const given = values.filter(([, value]) => !isNothing(value)).map(([key, value]) => [key, { $literal: plain(value) }])
    try {
      return ask(name, Object.fromEntries(given))
    } catch (error) {
      if (onError === undefined) throw error
      return onError(scope)
    }
  }
}

function ask(name: string, argument: unknown): unknown {
  const { core, context } = mingo()
  return translated(() => core.evalExpr({}, { [name]: argument }, mingoOptions(context)))
}

/** Dates of any kind as dates, numbers of any kind as numbers. */
function plain(value: unknown): unknown {
  if (value instanceof ObjectId) return value.getTimestamp()
  if (value instanceof Timestamp) return new Date(value.t * 1000)
  return numericType(value) === undefined ? value : toDouble(value)
}
