import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../src/contract/index.ts'
import { prefixPattern, searchKeys, usernameKey } from '../../src/lib/text.ts'

function finds(search: string, username: string, fullName: string): boolean {
  const pattern = prefixPattern(search)
  return pattern !== null && searchKeys(username, fullName).some((key) => new RegExp(pattern, 'u').test(key))
}

describe('folding', () => {
  it.each([
    ['ÅNGSTRÖM', 'angstrom'],
    ['Straße', 'strasse'],
    ['Łukasz Żółć', 'lukasz zolc'],
    ['Søren Ærø', 'soren aero'],
    ['Đorđe', 'dorde'],
    ['IŞIL ışık İnci', 'isil isik inci'],
    ['ﬁne ＷＩＤＥ ①', 'fine wide 1'],
    ['ΟΔΥΣΣΕΥΣ Οδυσσεύς', 'οδυσσευσ οδυσσευσ'],
    ['Ёлка', 'елка'],
    ['O’Brien', "o'brien"],
    ['  two \t\u00a0 words ', 'two words'],
  ])('folds %s and %s to the same text', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })

  it('keeps words different in scripts whose marks are letters', () => {
    expect(fold('กิน')).not.toBe(fold('กัน'))
    expect(fold('がく')).not.toBe(fold('かく'))
    expect(fold('हिन')).not.toBe(fold('हुन'))
  })

  it('folds Arabic and Hebrew with and without vowel signs to the same text', () => {
    expect(fold('مُحَمَّد')).toBe(fold('محمد'))
    expect(fold('أحمد')).toBe(fold('احمد'))
    expect(fold('علی')).toBe(fold('علي'))
    expect(fold('שָׁלוֹם')).toBe(fold('שלום'))
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
  })
})

describe('searching', () => {
  it.each(['jean', 'JEAN-L', 'luc pic', 'picard', 'Pïcárd', 'cap', 'captain.p', 'jean-luc picard'])(
    'finds Jean-Luc Picard (captain.p) by %s',
    (search) => {
      expect(finds(search, 'captain.p', 'Jean-Luc Picard')).toBe(true)
    },
  )

  it.each(['ean', 'card', 'picardo', 'aptain', 'jean luc', '.*', 'jean|captain', 'jea.'])(
    'does not find Jean-Luc Picard (captain.p) by %s',
    (search) => {
      expect(finds(search, 'captain.p', 'Jean-Luc Picard')).toBe(false)
    },
  )

  it.each([
    ['田', 'tanaka', '田中 さくら'],
    ['さく', 'tanaka', '田中 さくら'],
    ['สม', 'somchai', 'สมชาย ใจดี'],
    ['ใจ', 'somchai', 'สมชาย ใจดี'],
    ['محم', 'm.ali', 'مُحَمَّد علي'],
    ['기', 'kim', '김철수'],
    ['a', 'han', 'a𠮷野'],
    ['𠮷', 'han', '𠮷野'],
    ['🦊', 'fox', '🦊 Fox'],
    ['c.u (c', 'curly', 'C.U (C++) [x] {y} $^|?*\\'],
    ['c++', 'curly', 'C.U (C++) [x] {y} $^|?*\\'],
    ['y} $^|?*\\', 'curly', 'C.U (C++) [x] {y} $^|?*\\'],
  ])('finds by %s the user %s, %s', (search, username, fullName) => {
    expect(finds(search, username, fullName)).toBe(true)
  })

  it('finds every user by any beginning of the name', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => fold(text) !== '')
    fc.assert(
      fc.property(name, fc.nat(), (fullName, length) => {
        const search = [...fold(fullName)].slice(0, 1 + (length % [...fold(fullName)].length)).join('')
        // A trailing space is trimmed from the search, and nothing may be left of it.
        expect(prefixPattern(search) === null || finds(search, 'x', fullName)).toBe(true)
      }),
    )
  })

  it('does not let a long name grow the index without end', () => {
    const keys = searchKeys('x'.repeat(32), 'ﷺ '.repeat(40))
    expect(keys.length).toBeLessThanOrEqual(16)
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThanOrEqual(160)
  })

  it('has nothing to search for in blanks and lone accents', () => {
    expect([prefixPattern(''), prefixPattern('   '), prefixPattern('\u0301')]).toEqual([null, null, null])
  })
})

it('treats usernames that differ in case or width only as one', () => {
  expect(new Set(['Ada', 'ADA', 'ａｄａ', 'ada'].map(usernameKey))).toEqual(new Set(['ada']))
  expect(usernameKey('İpek')).toBe(usernameKey('İpek'.toLowerCase()))
  expect(usernameKey('adá')).not.toBe(usernameKey('ada'))
})
