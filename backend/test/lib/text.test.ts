import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../src/contract/index.ts'
import { usernameKey } from '../../src/lib/text.ts'

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

it('treats usernames that differ in case or width only as one', () => {
  expect(new Set(['Ada', 'ADA', 'ａｄａ', 'ada'].map(usernameKey))).toEqual(new Set(['ada']))
  expect(usernameKey('İpek')).toBe(usernameKey('İpek'.toLowerCase()))
  expect(usernameKey('adá')).not.toBe(usernameKey('ada'))
})
