import { expect, test } from 'vitest'
import { initials } from '../../src/people/avatar.format.ts'

test.each([
  ['Ada Lovelace', 'AL'],
  ['José', 'J'],
  ['ế', 'Ế'],
  ['สมชาย ใจดี', 'สใ'],
  ['ที่', 'ที่'],
  ['太郎', '太'],
  ['🦊', '🦊'],
])('the initials of %s are %s', (name, letters) => {
  expect(initials(name)).toBe(letters)
})

test('no letter of the initials has more than two marks', () => {
  const piled = `Z${'\u0315'.repeat(79)}`
  expect(initials(piled)).toBe('Z\u0315\u0315')
  expect(initials(`${piled} ${piled}`)).toBe('Z\u0315\u0315Z\u0315\u0315')
})
