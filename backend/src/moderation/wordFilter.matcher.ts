import { fold, type FilteredWord, type WordAction } from '../contract/index.ts'

/** Which of the words a text has, by what is to be done about it. */
export type FindWords = (texts: readonly (string | null | undefined)[]) => Record<WordAction, string[]>

/**
 * Words are compared as searches compare names: without case, accents and width, so that small changes of spelling do not hide one.
 * A word stands alone, between anything but letters and digits; in scripts that are written without spaces it may stand anywhere.
 */
export function createWordFilter(words: readonly FilteredWord[]): FindWords {
  const patterns = words.map(({ word, action }) => ({ word, action, pattern: patternOf(word) }))
  return (texts) => {
    const found: Record<WordAction, string[]> = { refuse: [], report: [] }
    if (patterns.length === 0) return found
    const text = texts.map((part) => fold(part ?? '')).join('\n')
    for (const { word, action, pattern } of patterns) if (pattern.test(text)) found[action].push(word)
    return found
  }
}

const LETTER = String.raw`[\p{L}\p{M}\p{N}]`
const WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u

/** No quantifier in it: whatever an admin writes, and whoever's text it meets, it takes linear time. */
function patternOf(word: string): RegExp {
  const isBeginning = word.endsWith('*')
  const key = fold(isBeginning ? word.slice(0, -1) : word)
  const literal = key.replace(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`)
  if (WITHOUT_SPACES.test(key)) return new RegExp(literal, 'u')
  return new RegExp(`(?<!${LETTER})${literal}${isBeginning ? '' : `(?!${LETTER})`}`, 'u')
}
