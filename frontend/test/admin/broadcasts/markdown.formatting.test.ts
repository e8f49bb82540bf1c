import { describe, expect, test } from 'vitest'
import { format, type FormatKind } from '../../../src/admin/broadcasts/compose/markdown.formatting.ts'

/** Presses a button; `[` and `]` stand around what is selected, before and after. */
function press(kind: FormatKind, marked: string): string {
  const start = marked.indexOf('[')
  const end = marked.indexOf(']') - 1
  const text = marked.replace('[', '').replace(']', '')
  const { from, to, insert, start: first, end: last } = format(kind, { text, start, end })
  const next = text.slice(0, from) + insert + text.slice(to)
  return `${next.slice(0, first)}[${next.slice(first, last)}]${next.slice(last)}`
}

describe('a button of the formatting bar', () => {
  test.each<[FormatKind, string, string]>([
    ['bold', 'at [Gate B] now', 'at **[Gate B]** now'],
    ['bold', 'at **[Gate B]** now', 'at [Gate B] now'],
    ['bold', 'at [Gate B ]now', 'at **[Gate B]** now'],
    ['bold', 'at []', 'at **[bold]**'],
    ['italic', '[soon]', '_[soon]_'],
    ['list', 'a\n[b\nc]\nd', 'a\n[- b\n- c]\nd'],
    ['list', '[- b\n- c]', '[b\nc]'],
    ['list', '[- b\nc]', '[- b\n- c]'],
    ['heading', 'a\nTi[]tle', 'a\n## Ti[]tle'],
    ['heading', '## Ti[]tle', 'Ti[]tle'],
  ])('for %s makes %j into %j', (kind, before, after) => {
    expect(press(kind, before)).toBe(after)
  })

  test('for a link selects what has to be typed next', () => {
    expect(format('link', { text: 'see the menu', start: 4, end: 12 })).toEqual({
      from: 4,
      to: 12,
      insert: '[the menu](https://)',
      start: 15,
      end: 23,
    })
    expect(format('link', { text: 'https://a.example', start: 0, end: 17 })).toMatchObject({
      insert: '[link](https://a.example)',
      start: 1,
      end: 5,
    })
  })
})
