import { describe, expect, test } from 'vitest'
import { isLoneEmoji, textDirection, turnsDirection } from '../../src/messages/text.direction.ts'

describe('the direction of a text', () => {
  test.each([
    ['Hello سلام', 'ltr'],
    ['سأصل الساعة 7', 'rtl'],
    ['12:30 שלום', 'rtl'],
    ['https://example.org ممتاز', 'rtl'],
    ['太鼓', 'ltr'],
    ['12:30 👍', null],
    ['\u200f12:30', 'rtl'],
    ['\u200fabc', 'rtl'],
    ['\u061cabc', 'rtl'],
    ['\u200eשלום', 'ltr'],
    ['\u202eabc', 'ltr'],
    ['\u2067abc\u2069', 'ltr'],
    ['؟ abc', 'rtl'],
  ])('%s', (text, direction) => {
    expect(textDirection(text)).toBe(direction)
  })
})

test.each(['\u202eabc', '\u2067abc', 'abc \u202b', 'a\u2066b\u2069'])('%j turns its own direction', (text) => {
  expect(turnsDirection(text)).toBe(true)
})

test.each(['abc', 'سلام', '\u200fabc', '\u061c1'])('%j does not turn its own direction', (text) => {
  expect(turnsDirection(text)).toBe(false)
})

describe('emoji alone', () => {
  test.each(['👍', '👍🏽', '❤️', '👨‍👩‍👧‍👦', '🇳🇴', '1️⃣', '🎪 🥁 ☕️', ' 😀\n'])('%s is shown larger', (text) => {
    expect(isLoneEmoji(text)).toBe(true)
  })

  test.each(['', ' ', '1', '#', '©', 'ok 👍', '😀😀😀😀', '12'])('%s is not', (text) => {
    expect(isLoneEmoji(text)).toBe(false)
  })
})
