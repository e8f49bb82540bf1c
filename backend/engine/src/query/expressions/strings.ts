import { BSONRegExp } from 'bson'
import { compileRegex } from '../regex.ts'
import { smallWhole } from './arithmetic.ts'
import { isNothing, location, withArguments, withOptions, type Operator, type Operators } from './scope.ts'
import { textOf } from './types.ts'

/**
 * Operators on strings. Positions count code points (`CP`) or bytes of UTF-8. As in MongoDB, only ASCII letters change
 * case.
 */
export const STRINGS: Operators = {
  $concat: withArguments(0, Infinity, (values, name) =>
    values.some(isNothing) ? null : values.map((value) => text(value, name, 16702)).join(''),
  ),
  $toLower: withArguments(1, 1, ([value]) => coerced(value).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  $toUpper: withArguments(1, 1, ([value]) => upper(coerced(value))),
  $strcasecmp: withArguments(2, 2, ([a, b]) =>
    Math.sign(Buffer.compare(Buffer.from(upper(coerced(a))), Buffer.from(upper(coerced(b))))),
  ),
  $strLenBytes: withArguments(1, 1, ([value], name) => Buffer.byteLength(text(value, name, 34473))),
  $strLenCP: withArguments(1, 1, ([value], name) => charactersIn(text(value, name, 34471))),
  $substrBytes: withArguments(3, 3, ([value, start, count]) => substringOfBytes(coerced(value), start, count)),
  $substr: withArguments(3, 3, ([value, start, count]) => substringOfBytes(coerced(value), start, count)),
  $substrCP: withArguments(3, 3, ([value, start, count], name) => {
    const [from, length] = [smallWhole(start, `The start of ${name}`), smallWhole(count, `The length of ${name}`)]
    if (from < 0 || length < 0) throw location(34455, `${name}: the starting index and the length must be 0 or more`)
    return [...coerced(value)].slice(from, from + length).join('')
  }),
  $indexOfBytes: withArguments(2, 4, ([value, wanted, start, end], name) =>
    indexIn(value, wanted, start, end, name, (part) => Buffer.byteLength(part)),
  ),
  $indexOfCP: withArguments(2, 4, ([value, wanted, start, end], name) =>
    indexIn(value, wanted, start, end, name, charactersIn),
  ),
  $split: withArguments(2, 2, ([value, separator], name) => {
    if (isNothing(value) || isNothing(separator)) return null
    const by = text(separator, name, 40086)
    if (by === '') throw location(40087, `${name} requires a non-empty separator`)
    return text(value, name, 40085).split(by)
  }),
  $trim: trim(true, true),
  $ltrim: trim(true, false),
  $rtrim: trim(false, true),
  $replaceOne: replace((input, find, replacement) => input.replace(find, () => replacement)),
  $replaceAll: replace((input, find, replacement) => input.replaceAll(find, () => replacement)),
  $regexMatch: pattern((input, regex) => regex.test(input), false),
  $regexFind: pattern((input, regex) => {
    const found = regex.exec(input)
    return found === null ? null : describe(input, found)
  }, null),
  $regexFindAll: pattern(
    (input, regex) =>
      [...input.matchAll(new RegExp(regex.source, `${regex.flags}g`))].map((found) => describe(input, found)),
    [],
  ),
}

function text(value: unknown, name: string, code: number): string {
  if (typeof value !== 'string') throw location(code, `${name} requires strings`)
  return value
}

/** Returns a number, a date or null as a string. */
function coerced(value: unknown): string {
  if (isNothing(value)) return ''
  const made = typeof value === 'boolean' ? undefined : textOf(value)
  if (made === undefined) throw location(16007, "can't convert from BSON type to String")
  return made
}

function upper(value: string): string {
  return value.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

function substringOfBytes(value: string, start: unknown, count: unknown): string {
  const [from, length] = [
    smallWhole(start, 'The start of $substrBytes'),
    smallWhole(count, 'The length of $substrBytes'),
  ]
  if (from < 0) throw location(50752, '$substrBytes: the starting index must be non-negative')
  const bytes = Buffer.from(value)
  const to = length < 0 ? bytes.length : Math.min(bytes.length, from + length)
  if (isInside(bytes, from) || isInside(bytes, to))
    throw location(28656, '$substrBytes: Invalid range, in the middle of a UTF-8 character.')
  return bytes.toString('utf8', from, to)
}

/** Returns whether a position is inside the bytes of one character. */
function isInside(bytes: Buffer, place: number): boolean {
  return ((bytes[place] ?? 0) & 0xc0) === 0x80
}

function indexIn(
  value: unknown,
  wanted: unknown,
  start: unknown,
  end: unknown,
  name: string,
  measure: (part: string) => number,
): number | null {
  if (isNothing(value)) return null
  const [input, needle] = [text(value, name, 40091), text(wanted, name, 40092)]
  const from = isNothing(start) ? 0 : smallWhole(start, `The start of ${name}`)
  const to = isNothing(end) ? Infinity : smallWhole(end, `The end of ${name}`)
  if (from < 0 || to < 0) throw location(40097, `${name} requires indexes of 0 or more`)
  let at = input.indexOf(needle)
  while (at !== -1) {
    const place = measure(input.slice(0, at))
    if (place >= from) return place + measure(needle) <= to && place <= to ? place : -1
    at = input.indexOf(needle, at + 1)
  }
  return -1
}

/** The white space of MongoDB's `$trim`. */
const SPACE = '\0 \t\n\u000b\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'

function trim(left: boolean, right: boolean): Operator {
  return withOptions(['input'], ['chars'], ({ input, chars }, name) => {
    if (isNothing(input) || chars === null) return null
    const taken = new Set(chars === undefined ? SPACE : text(chars, name, 50700))
    const all = [...text(input, name, 50699)]
    let [from, to] = [0, all.length]
    if (left) while (from < to && taken.has(all[from] ?? '')) from++
    if (right) while (to > from && taken.has(all[to - 1] ?? '')) to--
    return all.slice(from, to).join('')
  })
}

function replace(change: (input: string, find: string, replacement: string) => string): Operator {
  return withOptions(['input', 'find', 'replacement'], [], ({ input, find, replacement }, name) => {
    if (isNothing(input) || isNothing(find) || isNothing(replacement)) return null
    return change(text(input, name, 51746), text(find, name, 51745), text(replacement, name, 51744))
  })
}

function pattern(answer: (input: string, regex: RegExp) => unknown, nothing: unknown): Operator {
  return withOptions(['input', 'regex'], ['options'], ({ input, regex, options }, name) => {
    if (isNothing(input) || isNothing(regex)) return nothing
    const [source, own] = regex instanceof BSONRegExp ? [regex.pattern, regex.options] : [text(regex, name, 51105), '']
    const given = isNothing(options) ? own : text(options, name, 51106)
    return answer(text(input, name, 51104), compileRegex(source, given))
  })
}

function describe(input: string, found: RegExpExecArray): unknown {
  const [match, ...captures] = found
  return {
    match,
    idx: charactersIn(input.slice(0, found.index)),
    captures: captures.map((each: string | undefined) => each ?? null),
  }
}

function charactersIn(value: string): number {
  return Array.from(value).length
}
