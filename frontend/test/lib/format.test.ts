import { describe, expect, test } from 'vitest'
import { createFormat, dayNumber } from '../../src/lib/format.ts'

const german = createFormat('de')
const british = createFormat('en-GB')
const now = new Date(2026, 10, 21, 9, 47)
const local = (year: number, month: number, day: number, hour = 9, minute = 47) =>
  new Date(year, month - 1, day, hour, minute).toISOString()

describe('times as people read them', () => {
  test.each([
    [local(2026, 11, 21), '09:47'],
    [local(2026, 11, 20, 23, 59), 'Fri'],
    [local(2026, 11, 15), 'Sun'],
    [local(2026, 11, 14), '14 Nov'],
    [local(2025, 12, 31), '31/12/25'],
  ])('a list shows %s as %s', (iso, shown) => {
    expect(british.listTime(iso, now)).toBe(shown)
  })

  test('a message that is a little ahead of the own clock has a time, not a date', () => {
    expect(british.listTime(local(2026, 11, 22, 0, 1), new Date(2026, 10, 21, 23, 59))).toBe('00:01')
  })

  test.each([
    [local(2026, 11, 21, 0, 0), 'Today'],
    [local(2026, 11, 20, 23, 59), 'Yesterday'],
    [local(2026, 11, 18), 'Wednesday 18 November'],
    [local(2025, 11, 18), 'Tuesday 18 November 2025'],
  ])('a day pill shows %s as %s', (iso, shown) => {
    // Whether a comma stands there depends on the version of the language data.
    expect(british.dayLabel(iso, now).replace(',', '')).toBe(shown)
  })

  test('other languages write it their way', () => {
    expect(german.dayLabel(local(2026, 11, 20), now)).toBe('Gestern')
    expect(createFormat('ar-EG').shortTime(local(2026, 11, 21))).toMatch(/٠٩:٤٧/u)
  })

  test('sizes, durations, shares and lists are written in the language too', () => {
    expect(german.fileSize(1536)).toBe('1,5 kB')
    expect(british.fileSize(10 * 1024 * 1024)).toBe('10 MB')
    expect([1, 89, 90, 121].map(british.duration)).toEqual(['1 second', '89 seconds', '2 minutes', '3 minutes'])
    expect(british.percent(0.456)).toBe('46%')
    expect(german.listOf(['Ada', 'Kofi', 'Yuki'])).toBe('Ada, Kofi und Yuki')
    expect(british.choiceOf(['a.org', 'b.org', 'c.org'])).toBe('a.org, b.org or c.org')
  })

  test('what is no date is left out instead of breaking the list', () => {
    expect(british.shortTime('soon')).toBe('')
  })

  test('days are counted without gaps over the change of clocks', () => {
    expect(dayNumber(new Date(2026, 2, 30)) - dayNumber(new Date(2026, 2, 28))).toBe(2)
    expect(dayNumber(new Date(2026, 9, 26)) - dayNumber(new Date(2026, 9, 24))).toBe(2)
  })
})
