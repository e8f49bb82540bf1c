import { Long, ObjectId, Timestamp } from 'bson'
import { badValue } from '../../errors.ts'
import { isPlainObject } from '../values.ts'
import { smallWhole } from './arithmetic.ts'
import {
  addMonths,
  DAY,
  HOUR,
  isoYearStart,
  MINUTE,
  mod,
  momentOf,
  toLocal,
  toUtc,
  utc,
  type Moment,
} from './calendar.ts'
import { formatDate, parseDate } from './dateText.ts'
import {
  isNothing,
  location,
  optionsOf,
  withArguments,
  withOptions,
  type Operator,
  type Operators,
  type Scope,
} from './scope.ts'

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const

export const DATES: Operators = {
  $year: part(({ year }) => year),
  $month: part(({ month }) => month),
  $dayOfMonth: part(({ day }) => day),
  $hour: part(({ hour }) => hour),
  $minute: part(({ minute }) => minute),
  $second: part(({ second }) => second),
  $millisecond: part(({ millisecond }) => millisecond),
  $dayOfYear: part(({ dayOfYear }) => dayOfYear),
  $dayOfWeek: part(({ weekday }) => weekday + 1),
  $week: part(({ dayOfYear, weekday }) => Math.floor((dayOfYear + 6 - weekday) / 7)),
  $isoDayOfWeek: part(({ weekday }) => (weekday === 0 ? 7 : weekday)),
  $isoWeek: part(({ isoWeek }) => isoWeek),
  $isoWeekYear: part(({ isoYear }) => Long.fromNumber(isoYear)),
  $dateToParts: withOptions(['date'], ['timezone', 'iso8601'], ({ date, timezone, iso8601 }) => {
    if (isNothing(date) || timezone === null) return null
    const { year, month, day, isoYear, isoWeek, weekday, hour, minute, second, millisecond } = momentOf(
      toLocal(timeOf(date), zoneOf(timezone)),
    )
    const clock = { hour, minute, second, millisecond }
    if (iso8601 !== true) return { year, month, day, ...clock }
    return { isoWeekYear: isoYear, isoWeek, isoDayOfWeek: weekday === 0 ? 7 : weekday, ...clock }
  }),
  $dateFromParts: withOptions([], [...PARTS, 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', 'timezone'], (options) => {
    if (Object.values(options).some(isNothing)) return null
    const { timezone, ...given } = options
    const number = (name: string, otherwise: number): number =>
      given[name] === undefined ? otherwise : smallWhole(given[name], `'${name}' of $dateFromParts`)
    const time =
      number('hour', 0) * HOUR + number('minute', 0) * MINUTE + number('second', 0) * 1000 + number('millisecond', 0)
    if (given['isoWeekYear'] !== undefined) {
      const start = isoYearStart(number('isoWeekYear', 1))
      return new Date(
        toUtc(start + ((number('isoWeek', 1) - 1) * 7 + number('isoDayOfWeek', 1) - 1) * DAY + time, zoneOf(timezone)),
      )
    }
    if (given['year'] === undefined)
      throw location(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
    return new Date(toUtc(utc(number('year', 1), number('month', 1), number('day', 1)) + time, zoneOf(timezone)))
  }),
  $dateToString: tolerant(['date'], ['format', 'timezone'], ['onNull'], ({ date, format, timezone }) =>
    isNothing(date) || format === null || timezone === null
      ? null
      : formatDate(timeOf(date), zoneOf(timezone), textOf(format, 'format')),
  ),
  $dateFromString: tolerant(
    ['dateString'],
    ['format', 'timezone'],
    ['onNull', 'onError'],
    ({ dateString, format, timezone }) =>
      isNothing(dateString) || format === null || timezone === null
        ? null
        : parseDate(
            textOf(dateString, 'dateString') ?? '',
            timezone === undefined ? undefined : zoneOf(timezone),
            textOf(format, 'format'),
          ),
  ),
  $dateAdd: adding(1),
  $dateSubtract: adding(-1),
  $dateDiff: withOptions(['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek'], (options) => {
    const { startDate, endDate, unit, timezone, startOfWeek } = options
    if (isNothing(startDate) || isNothing(endDate) || isNothing(unit) || timezone === null) return null
    const count = (date: unknown): number =>
      unitsUntil(toLocal(timeOf(date), zoneOf(timezone)), unitOf(unit), weekStart(startOfWeek))
    return Long.fromNumber(count(endDate) - count(startDate))
  }),
  $dateTrunc: withOptions(
    ['date', 'unit'],
    ['binSize', 'timezone', 'startOfWeek'],
    ({ date, unit, binSize = 1, timezone, startOfWeek }) => {
      if (isNothing(date) || isNothing(unit) || binSize === null || timezone === null) return null
      const size = smallWhole(binSize, 'binSize')
      if (size < 1) throw location(5439018, 'binSize of $dateTrunc must be positive')
      const [zone, start, kind] = [zoneOf(timezone), weekStart(startOfWeek), unitOf(unit)]
      const units = unitsUntil(toLocal(timeOf(date), zone), kind, start)
      // Bins are counted from the beginning of the year 2000.
      const origin = unitsUntil(utc(2000, 1, kind === 'week' ? 7 : 1), kind, start)
      return new Date(toUtc(beginningOf(units - mod(units - origin, size), kind, start), zone))
    },
  ),
}

type Unit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

const MONTHS: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 }
const LENGTHS: Partial<Record<Unit, number>> = {
  week: 7 * DAY,
  day: DAY,
  hour: HOUR,
  minute: MINUTE,
  second: 1000,
  millisecond: 1,
}
const UNITS: readonly Unit[] = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond']
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Returns the number of units that began since 1970. `start` is the first day of the week, 0 for Sunday. */
function unitsUntil(local: number, unit: Unit, start: number): number {
  const months = MONTHS[unit]
  if (months !== undefined) {
    const { year, month } = momentOf(local)
    return Math.floor(((year - 1970) * 12 + month - 1) / months)
  }
  return Math.floor((local - weekOrigin(unit, start)) / (LENGTHS[unit] ?? 1))
}

function beginningOf(units: number, unit: Unit, start: number): number {
  const months = MONTHS[unit]
  return months === undefined ? units * (LENGTHS[unit] ?? 1) + weekOrigin(unit, start) : utc(1970, 1 + units * months)
}

/** 1970 began on a Thursday. */
function weekOrigin(unit: Unit, start: number): number {
  return unit === 'week' ? mod(start - 4, 7) * DAY : 0
}

/** Handles `$hour: date` and `$hour: {date, timezone}`. */
function part(choose: (moment: Moment) => unknown): Operator {
  const compute = (date: unknown, timezone: unknown): unknown =>
    isNothing(date) || timezone === null ? null : choose(momentOf(toLocal(timeOf(date), zoneOf(timezone))))
  const short = withArguments(1, 1, ([date]) => compute(date, undefined))
  const long = withOptions(['date'], ['timezone'], ({ date, timezone }) => compute(date, timezone))
  return (argument, compile, name) => {
    const isOptions = isPlainObject(argument) && Object.keys(argument)[0]?.startsWith('$') !== true
    return (isOptions ? long : short)(argument, compile, name)
  }
}

/** Adds the result for a null argument (`onNull`) or an invalid one (`onError`). */
function tolerant(
  required: readonly string[],
  optional: readonly string[],
  fallbacks: readonly string[],
  compute: (options: Readonly<Record<string, unknown>>) => unknown,
): Operator {
  return (argument, compile, name) => {
    const { onNull, onError, ...rest } = optionsOf(argument, required, [...optional, ...fallbacks], name)
    const main = withOptions(required, optional, compute)(rest, compile, name)
    const [empty, failed] = [onNull, onError].map((each) => (each === undefined ? undefined : compile(each)))
    const attempt = (scope: Scope): unknown => {
      if (failed === undefined) return main(scope)
      try {
        return main(scope)
      } catch {
        return failed(scope)
      }
    }
    const first = compile(rest[required[0] ?? ''])
    return (scope) => (empty !== undefined && isNothing(first(scope)) ? empty(scope) : attempt(scope))
  }
}

function adding(sign: 1 | -1): Operator {
  return withOptions(['startDate', 'unit', 'amount'], ['timezone'], ({ startDate, unit, amount, timezone }, name) => {
    if (isNothing(startDate) || isNothing(unit) || isNothing(amount) || timezone === null) return null
    const [time, kind, count, zone] = [
      timeOf(startDate),
      unitOf(unit),
      sign * smallWhole(amount, `The amount of ${name}`),
      zoneOf(timezone),
    ]
    const [months, length] = [MONTHS[kind], LENGTHS[kind] ?? 1]
    if (months !== undefined) return new Date(toUtc(addMonths(toLocal(time, zone), count * months), zone))
    // Adding a day keeps the local time. Adding an hour adds exactly 60 minutes.
    return new Date(length >= DAY ? toUtc(toLocal(time, zone) + count * length, zone) : time + count * length)
  })
}

function timeOf(date: unknown): number {
  if (date instanceof Date) return date.getTime()
  if (date instanceof ObjectId) return date.getTimestamp().getTime()
  if (date instanceof Timestamp) return date.t * 1000
  throw location(16006, "can't convert from this BSON type to Date")
}

function zoneOf(zone: unknown): string {
  return textOf(zone, 'timezone') ?? 'UTC'
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw badValue(`The '${name}' of a date expression must be a string`)
  return value
}

function unitOf(unit: unknown): Unit {
  const found = UNITS.find((each) => each === unit)
  if (found === undefined) throw badValue(`unknown time unit value: ${String(unit)}`)
  return found
}

function weekStart(day: unknown): number {
  if (isNothing(day)) return 0
  const name = (textOf(day, 'startOfWeek') ?? '').toLowerCase()
  const found = WEEKDAYS.findIndex((each) => each === name || each.slice(0, 3) === name)
  if (found === -1) throw badValue(`unknown day of week value: ${name}`)
  return found
}
