import { pageLocale } from '../lib/locale.ts'

/**
 * Returns the class of one of eight hues, always the same for an id. Ids of one moment differ little, so the hash (FNV-1a)
 * mixes every character before three of its bits are taken.
 */
export function hueClass(id: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  }
  return HUES[(hash ^ (hash >>> 15)) & 7] ?? HUES[0]
}

const HUES = ['hue-22', 'hue-52', 'hue-88', 'hue-132', 'hue-168', 'hue-214', 'hue-258', 'hue-318'] as const

/** Returns the initials of a name: the first letters of the first and the last word; one letter in Han, Kana and Hangul. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
  const first = words[0]
  if (first === undefined) return firstLetter(name.trim()) || '?'
  const last = words.at(-1)
  if (words.length === 1 || last === undefined || WIDE.test(first)) return firstLetter(first)
  return firstLetter(first) + firstLetter(last)
}

const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function firstLetter(word: string): string {
  const start = /[\p{L}\p{N}].*/u.exec(word)?.[0] ?? word
  for (const { segment } of graphemes.segment(start)) return withFewMarks(segment).toLocaleUpperCase(pageLocale())
  return ''
}

/** Removes all combining marks of a letter but two: more are none of a language, and would paint over the rows around the avatar. */
const withFewMarks = (letter: string): string =>
  letter
    .normalize('NFD')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .normalize('NFC')
