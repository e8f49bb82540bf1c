import { diffArrays } from 'diff'

/** A piece of two texts put together: in both, only in the earlier one, or only in the later one. */
export interface DiffPart {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Removed and added words, at most. Texts that differ in more are compared by lines, so that no text makes a phone stand still. */
const EDITS_MAX = 1000

/**
 * Compares two texts word by word and returns their pieces in reading order. Removed words come before the words that
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

/** Words with the white space and marks after them; scripts without spaces are parted as their readers part them. */
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

/** White space alone is no change. */
const comparator = (old: string, now: string): boolean => old.trim() === now.trim()

function compare(before: string[], after: string[]): DiffPart[] | undefined {
  return diffArrays(before, after, { comparator, maxEditLength: EDITS_MAX })?.map(({ removed, added, value }) => ({
    kind: removed ? 'removed' : added ? 'added' : 'same',
    text: value.join(''),
  }))
}

/** Runs of one kind become one piece; within a change what was removed comes first. */
function merged(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = []
  let [removed, added] = ['', '']
  const flush = (): void => {
    const space = /\s*$/u.exec(added === '' ? removed : added)?.[0] ?? ''
    if (removed !== '') result.push({ kind: 'removed', text: removed.trimEnd() })
    if (added !== '') result.push({ kind: 'added', text: added.trimEnd() })
    // What parts the words is not itself removed or added: a paragraph would end within the change.
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
