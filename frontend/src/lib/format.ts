/**
 * Formats times and counts with Intl, in the browser's language and time zone.
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
}

/**
 * Creates the formatters of a locale; undefined means the browser's. Creating an Intl formatter takes about 50 us, so each is
 * created once, when it is first used.
 */
export function createFormat(locale?: string): Format {
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

  return {
    shortTime: (iso) => withDate(iso, (date) => time().format(date)),
    listTime: (iso, now = new Date()) =>
      withDate(iso, (date) => {
        const age = dayNumber(now) - dayNumber(date)
        // When this computer's clock is behind the server's, a message of a second ago must not get a future date.
        if (age <= 0) return time().format(date)
        if (age <= 6) return weekday().format(date)
        return (date.getFullYear() === now.getFullYear() ? dayAndMonth() : shortDate()).format(date)
      }),
    dayLabel: (iso, now = new Date()) =>
      withDate(iso, (date) => {
        const age = dayNumber(now) - dayNumber(date)
        if (age === 0 || age === 1) return capitalised(relative().format(-age, 'day'), locale)
        return (date.getFullYear() === now.getFullYear() ? longDay() : longDate()).format(date)
      }),
    momentOf: (iso, now = new Date()) =>
      withDate(iso, (date) => {
        if (dayNumber(date) === dayNumber(now)) return time().format(date)
        return (date.getFullYear() === now.getFullYear() ? moment() : dated()).format(date)
      }),
    fullTime: (iso) => withDate(iso, (date) => full().format(date)),
    count: (value) => number().format(value),
  }
}

/** Returns the calendar day of an instant in the browser's time zone, as whole days since 1970. */
export function dayNumber(instant: Date | string): number {
  const date = typeof instant === 'string' ? new Date(instant) : instant
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
}

export const { shortTime, listTime, dayLabel, momentOf, fullTime, count } = createFormat()

function withDate(iso: string, format: (date: Date) => string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? '' : format(date)
}

function capitalised(text: string, locale: string | undefined): string {
  const [first = '', ...rest] = text
  return first.toLocaleUpperCase(locale) + rest.join('')
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
