import { expect, test } from 'vitest'
import { fieldDirection } from '../../src/lib/firstStrong.ts'

test.each([
  ['Hello سلام', 'ltr'],
  ['12:30 שלום', 'rtl'],
  ['', undefined],
  ['12:30 👍', undefined],
  // A long text costs no more than a short one.
  ['1'.repeat(300_000) + 'ש', undefined],
])('[E16] the direction of a field', (text, direction) => {
  expect(fieldDirection(text)).toBe(direction)
})
