import { serverError } from '../../errors.ts'
import { isoYearStart, MINUTE, momentOf, offsetAt, toLocal, toUtc, utc, DAY, type Moment } from './calendar.ts'
import { location } from './scope.ts'

/** Formats a date with MongoDB's format specifiers, such as `%Y-%m-%d`. */
export function formatDate(time: number, zone: string, format: string | undefined): string {
  const pattern = format ?? (zone === 'UTC' ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L')
  const moment = momentOf(toLocal(time, zone))
  return pattern.replace(/%(.?)/g, (_, letter: string) => {
    if (letter === '%') return '%'
    if (letter === 'z') return offsetText(offsetAt(time, zone))
    if (letter === 'Z') return String(offsetAt(time, zone) / MINUTE)
    const shown = SHOWN[letter]
    if (shown === undefined) throw location(18536, `Invalid format character '%${letter}' in format string`)
    return shown(moment)
  })
}

/**
 * Parses a date in ISO 8601 or in a given format. A zone in the text overrides the given one.
 * @throws ConversionFailure (241) if the text is not a date
 */
export function parseDate(text: string, zone: string | undefined, format: string | undefined): Date {
  const read = format === undefined ? readIso(text.trim()) : readByFormat(text, format)
  if (read === undefined) throw serverError(241, 'ConversionFailure', `Error parsing date string '${text}'`)
  const { local, offset } = read
  return new Date(offset === undefined ? toUtc(local, zone ?? 'UTC') : local - offset)
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const SHOWN: Readonly<Record<string, (moment: Moment) => string>> = {
  Y: ({ year }) => pad(year, 4),
  m: ({ month }) => pad(month, 2),
  d: ({ day }) => pad(day, 2),
  H: ({ hour }) => pad(hour, 2),
  M: ({ minute }) => pad(minute, 2),
  S: ({ second }) => pad(second, 2),
  L: ({ millisecond }) => pad(millisecond, 3),
  j: ({ dayOfYear }) => pad(dayOfYear, 3),
  w: ({ weekday }) => String(weekday + 1),
  u: ({ weekday }) => String(weekday === 0 ? 7 : weekday),
  U: ({ dayOfYear, weekday }) => pad(Math.floor((dayOfYear + 6 - weekday) / 7), 2),
  G: ({ isoYear }) => pad(isoYear, 4),
  V: ({ isoWeek }) => pad(isoWeek, 2),
  b: ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3),
  B: ({ month }) => MONTHS[month - 1] ?? '',
}

interface Read {
  local: number
  /** The offset from UTC in milliseconds, if the text contains it. */
  offset: number | undefined
}

function readIso(text: string): Read | undefined {
  const found =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i.exec(
      text,
    )
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0))
  const millisecond = Math.trunc(Number(`0.${found[7] ?? '0'}`) * 1000 + 1e-6)
  return checked({ Y: year, m: month, d: day, H: hour, M: minute, S: second, L: millisecond }, found[8])
}

const READ: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  m: '\\d{1,2}',
  d: '\\d{1,2}',
  H: '\\d{1,2}',
  M: '\\d{1,2}',
  S: '\\d{1,2}',
  L: '\\d{1,3}',
  j: '\\d{1,3}',
  u: '\\d',
  G: '\\d{4}',
  V: '\\d{1,2}',
  z: 'Z|[+-]\\d{2}(?::?\\d{2})?',
  Z: '[+-]?\\d{1,4}',
  b: MONTHS.map((name) => name.slice(0, 3)).join('|'),
  B: MONTHS.join('|'),
}

function readByFormat(text: string, format: string): Read | undefined {
  const letters: string[] = []
  const pattern = format.replace(/%(.?)|[\\^$.*+?()[\]{}|/]/g, (literal, letter: string | undefined) => {
    if (letter === undefined) return `\\${literal}`
    if (letter === '%') return '%'
    const part = READ[letter]
    if (part === undefined) throw location(18536, `Invalid format character '%${letter}' in format string`)
    letters.push(letter)
    return `(${part})`
  })
  const found = new RegExp(`^${pattern}$`, 'i').exec(text)
  if (found === null) return undefined
  const texts = Object.fromEntries(letters.map((letter, i) => [letter, found[i + 1] ?? '']))
  const values = Object.fromEntries(Object.entries(texts).map(([letter, value]) => [letter, Number(value)]))
  const named = texts['b'] ?? texts['B']
  if (named !== undefined)
    values['m'] = MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === named.slice(0, 3).toLowerCase()) + 1
  const zone = texts['z'] ?? (texts['Z'] === undefined ? undefined : offsetText(Number(texts['Z']) * MINUTE))
  return checked(values, zone)
}

type Values = Readonly<Record<string, number | undefined>>

function checked(
  { Y, m = 1, d = 1, H = 0, M = 0, S = 0, L = 0, j, G, V = 1, u = 1 }: Values,
  zone: string | undefined,
): Read | undefined {
  if (m < 1 || m > 12 || d < 1 || H > 23 || M > 59 || S > 59 || V < 1 || V > 53 || u < 1 || u > 7) return undefined
  const time = utc(1970, 1, 1, H, M, S, L)
  const offset = zone === undefined ? undefined : offsetAt(0, zone.toUpperCase())
  if (G !== undefined) return { local: isoYearStart(G) + ((V - 1) * 7 + u - 1) * DAY + time, offset }
  if (Y === undefined) return undefined
  if (j !== undefined) return { local: utc(Y, 1, j) + time, offset }
  const local = utc(Y, m, d)
  return momentOf(local).day === d ? { local: local + time, offset } : undefined
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
