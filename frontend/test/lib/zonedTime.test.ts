import { describe, expect, test } from 'vitest'
import { instantOf, timeZones, wallTimeOf } from '../../src/lib/zonedTime.ts'

describe('what clocks on the wall show', () => {
  test.each([
    ['2026-11-21T16:00', 'UTC', '2026-11-21T16:00:00.000Z'],
    ['2026-11-21T16:00', 'Asia/Kolkata', '2026-11-21T10:30:00.000Z'],
    ['2026-07-01T09:00', 'Europe/London', '2026-07-01T08:00:00.000Z'],
    ['2026-01-01T00:00', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'],
    ['2026-06-30T23:59', 'Pacific/Pago_Pago', '2026-07-01T10:59:00.000Z'],
    ['2028-02-29T12:00', 'America/New_York', '2028-02-29T17:00:00.000Z'],
  ])('%s in %s is %s, and back', (wall, zone, iso) => {
    expect(instantOf(wall, zone)).toEqual({ iso, kind: 'plain' })
    expect(wallTimeOf(iso, zone)).toBe(wall)
  })

  test('is moved on where clocks go forward over it', () => {
    expect(instantOf('2027-03-28T01:30', 'Europe/London')).toEqual({ iso: '2027-03-28T01:30:00.000Z', kind: 'skipped' })
    expect(wallTimeOf('2027-03-28T01:30:00.000Z', 'Europe/London')).toBe('2027-03-28T02:30')
    expect(instantOf('2027-03-14T02:15', 'America/New_York')).toEqual({
      iso: '2027-03-14T07:15:00.000Z',
      kind: 'skipped',
    })
  })

  test('is the first of two where clocks go back', () => {
    expect(instantOf('2026-10-25T01:30', 'Europe/London')).toEqual({
      iso: '2026-10-25T00:30:00.000Z',
      kind: 'repeated',
    })
    expect(instantOf('2026-11-01T01:30', 'America/New_York')).toEqual({
      iso: '2026-11-01T05:30:00.000Z',
      kind: 'repeated',
    })
  })

  test('is what it was just before and after such a change', () => {
    expect(instantOf('2027-03-28T00:59', 'Europe/London')?.iso).toBe('2027-03-28T00:59:00.000Z')
    expect(instantOf('2027-03-28T02:00', 'Europe/London')).toEqual({ iso: '2027-03-28T01:00:00.000Z', kind: 'plain' })
    expect(instantOf('2026-10-25T02:00', 'Europe/London')).toEqual({ iso: '2026-10-25T02:00:00.000Z', kind: 'plain' })
    expect(instantOf('2026-10-25T00:59', 'Europe/London')).toEqual({ iso: '2026-10-24T23:59:00.000Z', kind: 'plain' })
  })

  test('is nothing as long as it is not whole', () => {
    expect(instantOf('', 'UTC')).toBeNull()
    expect(instantOf('2026-11-21', 'UTC')).toBeNull()
    expect(instantOf('2026-13-41T25:00', 'UTC')).toBeNull()
  })

  test('can be chosen in every zone, UTC among them', () => {
    expect(timeZones()).toContain('UTC')
    expect(timeZones()).toContain('Europe/London')
  })
})
