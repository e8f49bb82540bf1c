import { location } from './scope.ts'

/*
 * Calendar arithmetic with time zones. A local time is the UTC time, in milliseconds, at which a clock in UTC shows the
 * same.
 */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Returns the local time in a zone: an Olson name, an offset (`+02:00`) or UTC. */
export function toLocal(time: number, zone: string): number {
  return time + offsetAt(time, zone)
}

/** Returns the instant of a local time. A time that a change of clocks skips becomes the one after it. */
export function toUtc(local: number, zone: string): number {
  const near = local - offsetAt(local, zone)
  return local - offsetAt(near, zone)
}

/** Returns how far a zone is ahead of UTC, in milliseconds. */
export function offsetAt(time: number, zone: string): number {
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE)
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return utc(year, month, day, hour, minute, second) - Math.floor(time / 1000) * 1000
}

/** Works like `Date.UTC` with months from 1, but does not add 1900 to years below 100. */
export function utc(year: number, month: number, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.setUTCHours(hour, minute, second, millisecond)
}

export interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** From 1. */
  readonly dayOfYear: number
  readonly isoYear: number
  readonly isoWeek: number
}

/** Returns the parts of a local time. */
export function momentOf(local: number): Moment {
  const date = new Date(local)
  const [year, weekday] = [date.getUTCFullYear(), date.getUTCDay()]
  // An ISO week belongs to the year of its Thursday.
  const thursday = new Date(local + (4 - (weekday === 0 ? 7 : weekday)) * DAY)
  const isoYear = thursday.getUTCFullYear()
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday,
    dayOfYear: Math.floor((local - utc(year, 1)) / DAY) + 1,
    isoYear,
    isoWeek: Math.floor((thursday.getTime() - utc(isoYear, 1)) / DAY / 7) + 1,
  }
}

/** Returns the Monday on which an ISO year begins. */
export function isoYearStart(year: number): number {
  const fourth = utc(year, 1, 4)
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY
}

/** Adds months. The day stays the same, or becomes the last day of a shorter month. */
export function addMonths(local: number, months: number): number {
  const { year, month, day } = momentOf(local)
  const first = utc(year, month + months)
  const { year: toYear, month: toMonth } = momentOf(first)
  const last = new Date(utc(toYear, toMonth + 1) - DAY).getUTCDate()
  return first + (Math.min(day, last) - 1) * DAY + mod(local, DAY)
}

/** Returns the remainder that is never negative. */
export function mod(value: number, by: number): number {
  return ((value % by) + by) % by
}

/** Creating a formatter is slow, and requests choose the names. */
const MAX_FORMATTERS = 100
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    if (formatters.size < MAX_FORMATTERS) formatters.set(zone, made)
    return made
  } catch {
    throw location(40485, `unrecognized time zone identifier: "${zone}"`)
  }
}
