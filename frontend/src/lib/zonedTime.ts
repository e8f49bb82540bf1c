import { pageLocale } from './locale.ts'

/**
 * Converts between instants and the wall time of a time zone, with Intl. A wall time is the value of
 * `<input type="datetime-local">`: `2026-11-21T16:00`.
 */

/** How often a wall time exists: `skipped` when clocks go forward over it, `repeated` when they go back and it comes twice. */
type WallKind = 'plain' | 'skipped' | 'repeated'

interface Instant {
  /** ISO 8601 */
  iso: string
  kind: WallKind
}

/**
 * Returns the instant at which clocks in the zone show a wall time; null for an invalid date. A skipped time uses the offset
 * before the change, a repeated time its first occurrence (RFC 5545 3.3.5; `compatible` of Temporal).
 */
export function instantOf(wall: string, timeZone: string): Instant | null {
  const asUtc = Date.parse(`${wall}Z`)
  if (!/^\d{4,}-\d\d-\d\dT\d\d:\d\d/u.test(wall) || Number.isNaN(asUtc)) return null
  // No zone is a day away from UTC, and none changes its offset twice within two days.
  const [before, after] = [offsetAt(asUtc - DAY_MS, timeZone), offsetAt(asUtc + DAY_MS, timeZone)]
  const fits = [before, after].filter((offset) => offsetAt(asUtc - offset, timeZone) === offset)
  const iso = new Date(asUtc - (fits[0] ?? before)).toISOString()
  return { iso, kind: fits.length === 0 ? 'skipped' : fits.length === 2 && before !== after ? 'repeated' : 'plain' }
}

/** Returns the wall time of an instant in the zone, to the minute. */
export function wallTimeOf(iso: string, timeZone: string): string {
  const at = Date.parse(iso)
  return new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 16)
}

/** Formats an instant in the zone: `Sat 21 Nov, 16:00`. */
export const shortZonedTime = (iso: string, timeZone: string): string =>
  formatted(iso, { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** Formats an instant in the zone: `Saturday 21 November 2026 at 16:00 GMT`. */
export const fullZonedTime = (iso: string, timeZone: string): string =>
  formatted(iso, {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  })

/** Returns the browser's time zone. */
export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Returns the time zones that the browser knows. Some browsers leave out UTC, so it is added. */
export const timeZones = (): string[] =>
  [...new Set(['UTC', ownTimeZone(), ...Intl.supportedValuesOf('timeZone')])].sort()

const DAY_MS = 86_400_000

/** Returns how many ms the zone's clocks are ahead of UTC at an instant. */
function offsetAt(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** Creating a formatter is slow, and a list of broadcasts asks for the same zones again and again. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  clocks.set(timeZone, clock)
  return clock
}

function formatted(iso: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? '' : new Intl.DateTimeFormat(pageLocale(), options).format(date)
}
