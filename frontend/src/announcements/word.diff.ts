import { diffArrays } from 'diff'

/** A part of two texts: in both, only in the earlier one, or only in the later one. */
export interface DiffPart {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Most removed and added words. Texts with more changes are compared by lines, so that no text blocks a phone. */
const EDITS_MAX = 1000

/**
 * Compares two texts word by word and returns their parts in reading order. Removed words come before the words that
 * replace them.
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  return merged(
    compare(wordsOf(before), wordsOf(after)) ??
      compare(linesOf(before), linesOf(after)) ?? [
        { kind: 'removed', text: before },
        { kind: 'added', text: after },
      ],
  )
}

/** Splits a text into words with the white space and marks after them, also in scripts without spaces. */
function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    const last = words.length - 1
    if (isWordLike === true || last < 0) words.push(segment)
    else words[last] += segment
  }
  return words
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/gu) ?? []

/** Returns whether two words are equal apart from white space. */
const comparator = (old: string, now: string): boolean => old.trim() === now.trim()

function compare(before: string[], after: string[]): DiffPart[] | undefined {
  return diffArrays(before, after, { comparator, maxEditLength: EDITS_MAX })?.map(({ removed, added, value }) => ({
    kind: removed ? 'removed' : added ? 'added' : 'same',
    text: value.join(''),
  }))
}

/** Joins neighbours of one kind. Within a change, removed parts come first. */
function merged(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = []
  let [removed, added] = ['', '']
  const flush = (): void => {
    const space = /\s*$/u.exec(added === '' ? removed : added)?.[0] ?? ''
    if (removed !== '') result.push({ kind: 'removed', text: removed.trimEnd() })
    if (added !== '') result.push({ kind: 'added', text: added.trimEnd() })
    // White space between words is not part of the change: a paragraph would end inside it.
    if (space !== '') result.push({ kind: 'same', text: space })
    removed = ''
    added = ''
  }
  for (const { kind, text } of parts) {
    if (text === '') continue
    if (kind === 'removed') removed += text
    else if (kind === 'added') added += text
    else {
      flush()
      const last = result.at(-1)
      if (last?.kind === 'same') last.text += text
      else result.push({ kind, text })
    }
  }
  flush()
  return result
}
