import { pageLocale } from './locale.ts'
import { serverDate } from './serverClock.ts'

/**
 * Formats times and counts with Intl, in the page's language and the browser's time zone.
 * Every function takes an ISO 8601 instant. An invalid date gives an empty text, so that a bad value never breaks a list.
 */
export interface Format {
  /** `09:47` */
  shortTime(iso: string): string
  /** For lists: `09:47` today, `Thu` within the last six days, `12 Nov` this year, `12/11/24` before. */
  listTime(iso: string, now?: Date): string
  /** For date separators: `Today`, `Yesterday`, `Wednesday 18 November`, with the year when it is not this year. */
  dayLabel(iso: string, now?: Date): string
  /** For the past and the future: `09:47` today, else `Sun 22 Nov, 09:47`, with the year when it is not this year. */
  momentOf(iso: string, now?: Date): string
  /** `Saturday 21 November 2026 at 09:47:12` */
  fullTime(iso: string): string
  /** `1,204` */
  count(value: number): string
  /** `45%`, of a fraction */
  percent(fraction: number): string
  /** `2 minutes`: whole seconds up to 90, then whole minutes, rounded up. */
  duration(seconds: number): string
  /** `1.2 MB`. A step is 1024, as in the server's limits. */
  fileSize(bytes: number): string
  /** `Ada, Kofi and Yuki` */
  listOf(items: readonly string[]): string
  /** `Ada, Kofi or Yuki` */
  choiceOf(items: readonly string[]): string
  /** Orders names, for `sort`. */
  compareNames(one: string, other: string): number
}

/**
 * Creates the formatters of a locale. Creating an Intl formatter takes about 50 us, so each is
 * created once, when it is first used.
 */
export function createFormat(locale: string): Format {
  const time = once(() => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }))
  const weekday = once(() => new Intl.DateTimeFormat(locale, { weekday: 'short' }))
  const dayAndMonth = once(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }))
  const shortDate = once(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', year: '2-digit' }))
  const longDay = once(() => new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }))
  const longDate = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'full' }))
  const full = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }))
  const moment = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
      }),
  )
  const dated = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      }),
  )
  const relative = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  const number = once(() => new Intl.NumberFormat(locale))
  const ratio = once(() => new Intl.NumberFormat(locale, { style: 'percent' }))
  const conjunction = once(() => new Intl.ListFormat(locale, { type: 'conjunction' }))
  const disjunction = once(() => new Intl.ListFormat(locale, { type: 'disjunction' }))
  const collator = once(() => new Intl.Collator(locale))
  const units = new Map<string, Intl.NumberFormat>()

  function unit(name: string, unitDisplay: 'long' | 'short', maximumFractionDigits: number): Intl.NumberFormat {
    const key = name + maximumFractionDigits
    const known =
      units.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits })
    units.set(key, known)
    return known
  }

  return {
    shortTime: (iso) => withDate(iso, (date) => time().format(date)),
    listTime: (iso, now = serverDate()) =>
      withDate(iso, (date) => {
        const age = dayNumber(now) - dayNumber(date)
        // The estimate of the server's clock may be a second behind: a new message must not get a future date at midnight.
        if (age <= 0) return time().format(date)
        if (age <= 6) return weekday().format(date)
        return (date.getFullYear() === now.getFullYear() ? dayAndMonth() : shortDate()).format(date)
      }),
    dayLabel: (iso, now = serverDate()) =>
      withDate(iso, (date) => {
        const age = dayNumber(now) - dayNumber(date)
        if (age === 0 || age === 1) return capitalised(relative().format(-age, 'day'), locale)
        return (date.getFullYear() === now.getFullYear() ? longDay() : longDate()).format(date)
      }),
    momentOf: (iso, now = serverDate()) =>
      withDate(iso, (date) => {
        if (dayNumber(date) === dayNumber(now)) return time().format(date)
        return (date.getFullYear() === now.getFullYear() ? moment() : dated()).format(date)
      }),
    fullTime: (iso) => withDate(iso, (date) => full().format(date)),
    count: (value) => number().format(value),
    percent: (fraction) => ratio().format(fraction),
    duration: (seconds) =>
      seconds < 90
        ? unit('second', 'long', 0).format(seconds)
        : unit('minute', 'long', 0).format(Math.ceil(seconds / 60)),
    fileSize(bytes) {
      const step = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)))
      const value = bytes / 1024 ** step
      return unit(BYTE_UNITS[step] ?? 'byte', step === 0 ? 'long' : 'short', value >= 100 ? 0 : 1).format(value)
    },
    listOf: (items) => conjunction().format(items),
    choiceOf: (items) => disjunction().format(items),
    compareNames: (one, other) => collator().compare(one, other),
  }
}

/** Returns the calendar day of an instant in the browser's time zone, as whole days since 1970. */
export function dayNumber(instant: Date | string): number {
  const date = typeof instant === 'string' ? new Date(instant) : instant
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const formats = new Map<string, Format>()

/** Returns the formatters of the page's language. The catalogue is loaded later than this module, so each call asks again. */
function format(): Format {
  const locale = pageLocale()
  const known = formats.get(locale) ?? createFormat(locale)
  formats.set(locale, known)
  return known
}

export const shortTime: Format['shortTime'] = (iso) => format().shortTime(iso)
export const listTime: Format['listTime'] = (iso, now) => format().listTime(iso, now)
export const dayLabel: Format['dayLabel'] = (iso, now) => format().dayLabel(iso, now)
export const momentOf: Format['momentOf'] = (iso, now) => format().momentOf(iso, now)
export const fullTime: Format['fullTime'] = (iso) => format().fullTime(iso)
export const count: Format['count'] = (value) => format().count(value)
export const percent: Format['percent'] = (fraction) => format().percent(fraction)
export const duration: Format['duration'] = (seconds) => format().duration(seconds)
export const fileSize: Format['fileSize'] = (bytes) => format().fileSize(bytes)
export const listOf: Format['listOf'] = (items) => format().listOf(items)
export const choiceOf: Format['choiceOf'] = (items) => format().choiceOf(items)
export const compareNames: Format['compareNames'] = (one, other) => format().compareNames(one, other)

function withDate(iso: string, format: (date: Date) => string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? '' : format(date)
}

function capitalised(text: string, locale: string): string {
  const [first = '', ...rest] = text
  return first.toLocaleUpperCase(locale) + rest.join('')
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
