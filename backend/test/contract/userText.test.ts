import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cleanLine,
  cleanText,
  cleanUsername,
  hasBadgeSign,
  hasPiledMarks,
  hasUnprintable,
  hasVisibleBase,
  isEmptyText,
  isUsername,
} from '../../src/contract/index.ts'

/** Characters that draw nothing, found in names and texts of the running product. */
const INVISIBLE = [
  [0x3164, 'the Hangul filler'],
  [0x115f, 'the filler of a first Hangul letter'],
  [0x1160, 'the filler of a Hangul vowel'],
  [0xffa0, 'the half-width Hangul filler'],
  [0x2800, 'the empty braille cell'],
  [0x1d159, 'the null notehead'],
  [0x13441, 'the blank hieroglyph'],
  [0x13442, 'the half blank hieroglyph'],
  [0x16fe4, 'the Khitan filler'],
  [0x00ad, 'the soft hyphen'],
  [0x034f, 'the grapheme joiner'],
  [0x180b, 'a Mongolian variation selector'],
  [0x180e, 'the Mongolian vowel separator'],
  [0x17b4, 'an inherent Khmer vowel'],
  [0x200c, 'the non-joiner'],
  [0x200d, 'the joiner'],
  [0xfe00, 'a variation selector'],
  [0xfe0f, 'the selector of emoji'],
  [0xfff9, 'the anchor of an annotation'],
  [0xfffc, 'the place of an object'],
  [0xe0041, 'a tag letter'],
  [0xe0100, 'a supplementary variation selector'],
  [0x1bca0, 'a control of shorthand'],
] as const

/** Names and words whose invisible characters change how they look. */
const NEEDED = [
  'می\u200cخواهم',
  'क्\u200dष',
  'ന്\u200d',
  '👩\u200d🚀',
  '👩🏽\u200d⚕\ufe0f',
  '🏳\ufe0f\u200d🌈',
  '❤\ufe0f',
  '1\ufe0f\u20e3',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '葛\u{e0100}城',
]

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...INVISIBLE.map(([code]) => String.fromCodePoint(code)), ' ', '\n', '\u0301', '\u202e'),
    fc.constantFrom(...'aZ0m\u0430ش한葛👩❤1\u20e3'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 30,
})

describe.each(INVISIBLE)('the invisible character %#x, %s', (code) => {
  const character = String.fromCodePoint(code)

  it('alone is an empty text, title and name', () => {
    expect([isEmptyText(character), cleanText(` ${character}\n`), cleanLine(character)]).toEqual([true, '', ''])
    expect(hasVisibleBase(character)).toBe(false)
  })

  it('cannot make a second name that looks the same', () => {
    expect(cleanLine(`Ada${character}`)).toBe('Ada')
    expect(cleanLine(`${character}Ada`)).toBe('Ada')
    expect(cleanLine(`Ada${character}1`).replace(' ', '')).toBe('Ada1')
  })

  it('is in no username', () => {
    for (const name of [character.repeat(3), `root${character}`, `ro${character}ot`])
      expect(isUsername(cleanUsername(name))).toBe(false)
  })
})

describe('a text of several lines', () => {
  it('keeps its spelling, and loses the spaces around it only', () => {
    expect(cleanText('  a\u00adb\n\n  c\u200b ')).toBe('a\u00adb\n\n  c\u200b')
  })

  it('is empty when it has nothing but characters that draw nothing', () => {
    expect(cleanText('\u200d\ufe0f \u3164\n\u2800\t\u{e0100}\0')).toBe('')
  })

  it('of a lone sign, emoji or accent is not empty', () => {
    for (const text of ['.', '👍', '\u0301', '۝', '\ue000']) expect(cleanText(text)).toBe(text)
  })
})

describe('a text of one line', () => {
  it.each(NEEDED)('keeps the invisible characters that %s needs', (name) => {
    expect(cleanLine(name)).toBe(name)
  })

  it('loses joiners between letters that do not join, and selectors after letters that have no variant', () => {
    expect(cleanLine('A\u200dd\u200ca\ufe0f 1\ufe0f')).toBe('Ada 1')
  })

  it('has one spelling of accents and of spaces', () => {
    expect(cleanLine(' Jose\u0301 \u00a0\n M\u3000X ')).toBe('José M X')
  })

  it('composes accents that an invisible character has kept apart', () => {
    expect(cleanLine('Jose\u034f\u0301')).toBe('José')
  })

  it('changes nothing the second time, shows the same as before, and never throws', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = cleanLine(text)
        expect(cleanLine(once)).toBe(once)
        expect(isEmptyText(once)).toBe(once === '')
        expect(once === '').toBe(isEmptyText(text))
        expect(once).not.toMatch(/^\s|\s$|\s\s|[\u2800\u3164\u00ad]/u)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('piled marks', () => {
  it.each(['Nguyễn Thị', 'ที่นี่', 'हिन्दी', 'שָׁלוֹם', 'རྐྱེན', 'مُحَمَّد', '1\ufe0f\u20e3', `Z${'\u0301'.repeat(4)}`])(
    'are not in %s',
    (name) => {
      expect(hasPiledMarks(name)).toBe(false)
    },
  )

  it('are five marks on a letter, whether the first ones are part of the letter or not', () => {
    expect(hasPiledMarks(`Z${'\u0315'.repeat(79)}`)).toBe(true)
    expect(hasPiledMarks(`Ada Z${'\u0301'.repeat(5)}`)).toBe(true)
    expect(hasPiledMarks(`ế${'\u0315'.repeat(3)}`)).toBe(true)
  })
})

describe('a username', () => {
  it.each([
    'ada',
    'Jean-Luc.P',
    'a_b',
    'สมชาย',
    'ที่รัก',
    'हिन्दी',
    'محمد',
    'محمد1',
    'דוד',
    '太郎',
    'ソーニャ',
    '𠮷𠮷𠮷',
    'Ёлка',
  ])('may be %s', (name) => {
    expect(isUsername(cleanUsername(name))).toBe(true)
  })

  it.each([
    ['-ada', 'begins with a sign'],
    ['ada.', 'ends with a sign'],
    ['a da', 'has a space'],
    ['ada@home', 'has another sign'],
    ['\u0301ada', 'begins with a mark'],
    ['ﬁne', 'has a ligature'],
    ['x²', 'has a raised digit'],
    ['Ⅷ', 'has a Roman numeral of one character'],
    ['ᄀᅠ', 'has old Hangul'],
    ['محـمد', 'has a stretched letter'],
    ['1محمد', 'runs from right to left and begins with a digit'],
    ['محمد1١', 'has two kinds of digits'],
    ['ab\u200dc', 'has a joiner'],
  ])('%s is refused: it %s', (name) => {
    expect(isUsername(cleanUsername(name))).toBe(false)
  })

  it('is stored in the usual width, in the case as written', () => {
    expect(cleanUsername(' ＡｄaE\u0301 ')).toBe('AdaÉ')
  })

  it('never has a character that draws nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const name = cleanUsername(text)
        expect(isUsername(name) && /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\s]/u.test(name)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})

it('a name cannot draw the badge of an admin', () => {
  for (const sign of ['✓', '✔\ufe0f', '✅', '☑', '🛡\ufe0f', '⛨', '🗸']) expect(hasBadgeSign(`Ada ${sign}`)).toBe(true)
  expect(hasBadgeSign('Ada ❤\ufe0f 山田 O’Brien')).toBe(false)
})

it('refuses characters that would rewrite the text around a name, and keeps the joiners that scripts and emoji need', () => {
  for (const text of ['a\u202eb', 'a\u2066b', 'a\nb', 'a\0b', 'a\u2028b', '\ud800', 'a\u200bb', '\u2060'])
    expect(hasUnprintable(text)).toBe(true)
  for (const text of ['می\u200cخواهم', '👩\u200d🚀', 'José', '山田 太郎']) expect(hasUnprintable(text)).toBe(false)
})
