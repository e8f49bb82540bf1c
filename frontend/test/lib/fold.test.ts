import { describe, expect, it } from 'vitest'
import { fold, matches } from '../../src/lib/fold.ts'

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
})
