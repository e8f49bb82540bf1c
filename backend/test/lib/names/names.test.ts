import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullNameSkeleton, skeleton } from '../../../src/lib/names/confusables.ts'
import { isReservedFullName, isReservedUsername } from '../../../src/lib/names/reservedNames.ts'
import { mixesScripts } from '../../../src/lib/names/scripts.ts'

describe('the look of a username', () => {
  it.each([
    ['b0ss', 'boss'],
    ['adrnin', 'admin'],
    ['Ivan', 'lvan'],
    ['сор', 'cop'],
    ['a1ice', 'alice'],
    ['pɑul', 'paul'],
  ])('%s is the same as that of %s', (one, other) => {
    expect(skeleton(one)).toBe(skeleton(other))
  })

  it.each([
    ['ali', 'all'],
    ['kai', 'kal'],
    ['ivan', 'lvan'],
    ['jose', 'josé'],
    ['user1', 'user2'],
    ['太郎', '大郎'],
    ['กิน', 'กัน'],
  ])('%s is another than that of %s', (one, other) => {
    expect(skeleton(one)).not.toBe(skeleton(other))
  })

  it('does not change with case, spelling of accents and invisible characters, for full names', () => {
    expect(fullNameSkeleton('ADA Lovelace')).toBe(fullNameSkeleton('Ada lovelace'))
    expect(fullNameSkeleton('Аdа Lоvelace')).toBe(fullNameSkeleton('Ada  Lovelace'))
    expect(fullNameSkeleton('Jose\u0301\u200d')).toBe(fullNameSkeleton('José'))
    expect(fullNameSkeleton('IIya')).toBe(fullNameSkeleton('Ilya'))
    expect(fullNameSkeleton('Ada Lovelace')).not.toBe(fullNameSkeleton('Ada Lovelock'))
  })

  it('is the same for both spellings of any text, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(skeleton(text.normalize('NFC'))).toBe(skeleton(text.normalize('NFD')))
        expect(fullNameSkeleton(`${text}\u200b`)).toBe(fullNameSkeleton(text))
      }),
    )
  })
})

describe('scripts', () => {
  it.each([
    'ada',
    'Ёлка1',
    'αβγ',
    'محمد.1',
    'हिन्दी',
    'สมชาย',
    '太郎x',
    'さくらサクラ桜abc',
    'kim철수',
    '李ㄌㄧˇa',
    'ソーニャ',
    '𐌰𐌱',
  ])('are not mixed in %s', (name) => {
    expect(mixesScripts(name)).toBe(false)
  })

  it.each(['boсс', 'рооt', 'αda', 'adaم', 'สมa', 'さ철', 'ёж太', 'adaक'])('are mixed in %s', (name) => {
    expect(mixesScripts(name)).toBe(true)
  })

  it('of one letter are never mixed, and ASCII mixes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...'aéжηאمकก가太さ'), fc.stringMatching(/^[0-9._-]*$/), (letter, signs) => {
        expect(mixesScripts(letter + signs)).toBe(false)
        expect(mixesScripts(`ada${signs}`)).toBe(false)
      }),
    )
  })
})

describe('reserved names', () => {
  it.each([
    'admin',
    'Adrnin',
    'ADMlN',
    'ad.min',
    'r00t',
    'root',
    'system',
    'supp0rt',
    'announcements',
    'parley',
    'all',
    'a11',
  ])('are the username %s', (name) => {
    expect(isReservedUsername(name)).toBe(true)
  })

  it.each(['ada', 'admin1', 'ali', 'ALI', 'allan', 'rooty', 'kanal', 'herero'])('are not the username %s', (name) => {
    expect(isReservedUsername(name)).toBe(false)
  })

  it("the words of the page are nobody's full name, and the names of offices are those of admins", () => {
    for (const name of ['Deleted account', 'DeIeted  Account', 'Dеleted аccount', 'Announcements', 'You'])
      expect([isReservedFullName(name, 'member'), isReservedFullName(name, 'admin')]).toEqual([true, true])
    for (const name of ['Admin', 'Аdmin', 'ADMINISTRATOR', 'Parley', 'Support'])
      expect([isReservedFullName(name, 'member'), isReservedFullName(name, 'admin')]).toEqual([true, false])
    for (const name of ['Ada Lovelace', 'Ali', 'You Li', 'Grace Root'])
      expect(isReservedFullName(name, 'member')).toBe(false)
  })
})
