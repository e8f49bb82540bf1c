import { fold, type FilteredWord, type WordAction } from '../contract/index.ts'

/** Returns the words of the filter that texts have, by their action. */
export type FindWords = (texts: readonly (string | null | undefined)[]) => Record<WordAction, string[]>

/** A place in the tree of all words. Each branch is one more character. */
interface Branch {
  next: Map<string, Branch>
  /** The words that end here. */
  words: Word[]
}

interface Word {
  /** Its place in the list of the admins. */
  index: number
  /** The word may begin a longer one: `casin*`. */
  isBeginning: boolean
  /** The word is in a script without spaces, so it may stand anywhere. */
  isAnywhere: boolean
}

/**
 * Creates a filter for these words. It compares words as a search compares names, without case, accents and width, so a
 * small change of spelling hides no word. A word must not touch other letters or digits, except in scripts without
 * spaces.
 *
 * All words are one tree. A search goes through the text once. At each place it goes down the tree as long as the text
 * fits, so at most the length of a word (80 characters), for any number of words.
 */
export function createWordFilter(words: readonly FilteredWord[]): FindWords {
  const root: Branch = { next: new Map(), words: [] }
  words.forEach(({ word }, index) => addWord(root, word, index))
  return (texts) => {
    const found: Record<WordAction, string[]> = { refuse: [], report: [] }
    if (words.length === 0) return found
    const indexes = search(root, Array.from(texts.map((part) => fold(part ?? '')).join('\n')))
    for (const index of [...indexes].toSorted((a, b) => a - b)) {
      const word = words[index]
      if (word) found[word.action].push(word.word)
    }
    return found
  }
}

function addWord(root: Branch, word: string, index: number): void {
  const isBeginning = word.endsWith('*')
  const key = fold(isBeginning ? word.slice(0, -1) : word)
  if (key === '') return
  let branch = root
  for (const character of key) {
    const next = branch.next.get(character) ?? { next: new Map(), words: [] }
    branch.next.set(character, next)
    branch = next
  }
  branch.words.push({ index, isBeginning, isAnywhere: WITHOUT_SPACES.test(key) })
}

/** Returns the indexes of the words in a text, given as its characters. */
function search(root: Branch, text: readonly string[]): Set<number> {
  const found = new Set<number>()
  const isLetter = text.map((character) => LETTER.test(character))
  for (let start = 0; start < text.length; start += 1) {
    const isInWord = start > 0 && isLetter[start - 1] === true
    let branch: Branch | undefined = root
    for (let at = start; branch; at += 1) {
      for (const { index, isBeginning, isAnywhere } of branch.words) {
        const isAlone = !isInWord && (isBeginning || isLetter[at] !== true)
        if (isAnywhere || isAlone) found.add(index)
      }
      branch = branch.next.get(text[at] ?? '')
    }
  }
  return found
}

const LETTER = /[\p{L}\p{M}\p{N}]/u
const WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
