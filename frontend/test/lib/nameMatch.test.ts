import { describe, expect, it } from 'vitest'
import { fold } from 'backend/contract'
import { matches } from '../../src/lib/nameMatch.ts'
import { prefixPattern, searchKeys } from '../../../backend/src/lib/text.ts'

describe('comparing names', () => {
  it.each([
    ['Tomás Ferreira', 'tomas'],
    ['Łukasz Wiśniewski', 'wis'],
    ['Ingrid Sørensen', 'sorensen'],
    ['Trần Thị Minh', 'tran thi'],
    ['ΕΛΈΝΗ', 'ελενη'],
    ['ليلى حداد', 'حداد'],
    ['田中 由紀', '田'],
    ['Straße', 'STRASSE'],
  ])('finds %j by %j', (name, typed) => {
    expect(matches(name, typed)).toBe(true)
  })

  it('finds by the beginning of words only', () => {
    expect(matches('Amara Okafor', 'kafor')).toBe(false)
    expect(matches('Amara Okafor', 'amara ok')).toBe(true)
  })

  it('finds nothing by blanks, and changes nothing by folding twice', () => {
    expect(matches('Amara', '   ')).toBe(false)
    expect(fold(fold('  Señor   ŁØ '))).toBe('senor lo')
  })

  // Each line has a letter or a mark that only one of the two tables had before they became one.
  it.each([
    ['Ħal Għaxaq', 'hal ghaxaq'],
    ['Ŋaaŋa Ŧavvon', 'naana tavvon'],
    ['Ɓala Ɗan Ƙano', 'bala dan kano'],
    ['O’Brien', "o'brien"],
    ['Anne–Marie', 'anne-marie'],
    ['علی کریمی', 'علي كريمي'],
    ['فاطمة', 'فاطمه'],
    ['Οδυσσεύς', 'οδυσσευς'],
    ['กิน', 'กิน'],
    ['Søren Ærø', 'aero'],
  ])('the page and the server both find %j by %j', (name, typed) => {
    expect(matches(name, typed)).toBe(true)
    expect(serverFinds(name, typed)).toBe(true)
  })

  it.each([
    ['กิน', 'กัน'],
    ['がく', 'かく'],
    ['हिन', 'हुन'],
  ])('neither the page nor the server finds %j by %j', (name, typed) => {
    expect(matches(name, typed)).toBe(false)
    expect(serverFinds(name, typed)).toBe(false)
  })
})

/** Returns whether the server's search of users finds a full name. */
function serverFinds(name: string, typed: string): boolean {
  const pattern = prefixPattern(typed)
  return pattern !== null && searchKeys('unrelated', name).some((key) => new RegExp(pattern, 'u').test(key))
}
