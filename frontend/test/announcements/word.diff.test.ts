import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leastCpuMs } from '../../../testing/cpuTime.ts'
import { wordDiff, type DiffPart } from '../../src/announcements/word.diff.ts'

const of = (parts: DiffPart[], ...kinds: DiffPart['kind'][]): string =>
  parts
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join('')

const squeezed = (text: string): string => text.replaceAll(/\s/gu, '')

describe('the difference between two texts', () => {
  test('is told by words, the old ones before the new ones', () => {
    expect(wordDiff('Water is off from 13:00 to 15:30 today.', 'Water is off from 13:00 to 17:00 today.')).toEqual([
      { kind: 'same', text: 'Water is off from 13:00 to ' },
      { kind: 'removed', text: '15:30' },
      { kind: 'added', text: '17:00' },
      { kind: 'same', text: ' today.' },
    ])
  })

  test('leaves the paragraphs where they are', () => {
    expect(wordDiff('before lunch\n\nThe plan', 'before ten\n\nThe plan').slice(1)).toEqual([
      { kind: 'removed', text: 'lunch' },
      { kind: 'added', text: 'ten' },
      { kind: 'same', text: '\n\nThe plan' },
    ])
  })

  test('of scripts without spaces is not the whole sentence', () => {
    const parts = wordDiff('13時から断水します', '14時から断水します')
    expect(of(parts, 'same')).toContain('断水')
  })

  test('loses no word of either text', () => {
    const texts = fc
      .array(fc.constantFrom('a ', 'b ', 'c, ', 'd\n', '日本', 'e.'), { maxLength: 40 })
      .map((words) => words.join(''))
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const parts = wordDiff(before, after)
        expect(squeezed(of(parts, 'same', 'removed'))).toBe(squeezed(before))
        expect(squeezed(of(parts, 'same', 'added'))).toBe(squeezed(after))
        expect(wordDiff(after, after).every(({ kind }) => kind === 'same')).toBe(true)
      }),
    )
  })

  test('of the longest texts is there at once', () => {
    const [before, after] = ['a ', 'b '].map((word) => word.repeat(4000))
    expect(leastCpuMs(2, () => wordDiff(before ?? '', after ?? ''))).toBeLessThan(1500)
    expect(of(wordDiff(before ?? '', after ?? ''), 'added')).toBe(after?.trimEnd())
  })
})
