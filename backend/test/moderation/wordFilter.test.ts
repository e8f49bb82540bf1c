import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMs } from '../../../testing/cpuTime.ts'
import { fold, LIMITS, type FilteredWord } from '../../src/contract/index.ts'
import { createWordFilter } from '../../src/moderation/wordFilter.matcher.ts'

const refuse = (word: string): FilteredWord => ({ word, action: 'refuse' })

const numbered = (count: number) => Array.from({ length: count }, (_, index) => refuse(`word${index}`))

/** The same filter with one pattern for each word. */
function expected(words: readonly FilteredWord[], text: string): string[] {
  const letter = String.raw`[\p{L}\p{M}\p{N}]`
  return words.flatMap(({ word }) => {
    const isBeginning = word.endsWith('*')
    const key = fold(isBeginning ? word.slice(0, -1) : word)
    if (key === '') return []
    const literal = key.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)
    const anywhere = /\p{sc=Han}/u.test(key)
    const pattern = anywhere ? literal : `(?<!${letter})${literal}${isBeginning ? '' : `(?!${letter})`}`
    return new RegExp(pattern, 'u').test(fold(text)) ? [word] : []
  })
}

test('one search finds the same words as a pattern for each word', () => {
  const part = fc.constantFrom('a', 'b', 'é', 'A', ' ', '.', '赌', '博', '1', '😀', '-')
  const text = (max: number) => fc.array(part, { maxLength: max }).map((parts) => parts.join(''))
  const word = fc.tuple(text(4), fc.boolean()).map(([key, isBeginning]) => (isBeginning ? `${key}*` : key))
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), text(30), (words, message) => {
      const filter = words.map(refuse)
      expect(createWordFilter(filter)([message]).refuse).toEqual(expected(filter, message))
    }),
    { numRuns: 2000 },
  )
})

test('words come in the order of the admins, by their action', () => {
  const find = createWordFilter([refuse('zoo'), { word: 'ape', action: 'report' }, refuse('bat')])
  expect(find(['bat', null, 'an ape in the zoo'])).toEqual({ refuse: ['zoo', 'bat'], report: ['ape'] })
})

test('the work does not grow with the number of words', () => {
  const text = 'word of a sentence '.repeat(LIMITS.messageMax / 19)
  const worst = (find: ReturnType<typeof createWordFilter>) => {
    const times = Array.from({ length: 15 }, () => cpuMs(() => find([text])))
    return times.toSorted((a, b) => a - b)[7] ?? 0
  }
  const [few, many] = [createWordFilter(numbered(1)), createWordFilter(numbered(LIMITS.filteredWordsMax))]
  worst(few)
  // The median of both, in one run. A pattern for each word takes hundreds of times as long.
  expect(worst(many)).toBeLessThan(10 * worst(few) + 5)
})
