import { describe, expect, test } from 'vitest'
import { isLoneEmoji, textDirection } from '../../src/messages/text.direction.ts'

describe('the direction of a text', () => {
  test.each([
    ['Hello سلام', 'ltr'],
    ['سأصل الساعة 7', 'rtl'],
    ['12:30 שלום', 'rtl'],
    ['https://example.org ممتاز', 'rtl'],
    ['太鼓', 'ltr'],
    ['12:30 👍', null],
  ])('%s', (text, direction) => {
    expect(textDirection(text)).toBe(direction)
  })
})

describe('emoji alone', () => {
  test.each(['👍', '👍🏽', '❤️', '👨‍👩‍👧‍👦', '🇳🇴', '1️⃣', '🎪 🥁 ☕️', ' 😀\n'])('%s is shown larger', (text) => {
    expect(isLoneEmoji(text)).toBe(true)
  })

  test.each(['', ' ', '1', '#', '©', 'ok 👍', '😀😀😀😀', '12'])('%s is not', (text) => {
    expect(isLoneEmoji(text)).toBe(false)
  })
})
