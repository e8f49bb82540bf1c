/** A piece of two texts put together: in both, only in the earlier one, or only in the later one. */
export interface DiffPart {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Above so many comparisons whole lines are compared, so that no text makes a phone stand still. */
const COMPARISONS_MAX = 4_000_000

/** What became of a text, word by word, in the order of reading; what was removed comes before what was added in its place. */
export function wordDiff(before: string, after: string): DiffPart[] {
  const [oldWords, newWords] = [attachmentLabel(before), attachmentLabel(after)]
  if (oldWords.length * newWords.length <= COMPARISONS_MAX) return merged(compare(oldWords, newWords))
  return merged(compare(linesOf(before), linesOf(after)))
}

/** Words with the white space and marks after them; scripts without spaces are parted as their readers part them. */
function attachmentLabel(text: string): string[] {
  const words: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    const last = words.length - 1
    if (isWordLike === true || last < 0) words.push(segment)
    else words[last] += segment
  }
  return words
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/gu) ?? []

function compare(before: readonly string[], after: readonly string[]): DiffPart[] {
  // White space alone is no change.
  const [old, now] = [before.map((word) => word.trim()), after.map((word) => word.trim())]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let [oldEnd, newEnd] = [old.length, now.length]
  while (oldEnd > start && newEnd > start && old[oldEnd - 1] === now[newEnd - 1]) {
    oldEnd -= 1
    newEnd -= 1
  }
  const parts: DiffPart[] = []
  const add = (kind: DiffPart['kind'], words: readonly string[]): void =>
    void parts.push({ kind, text: words.join('') })
  add('same', after.slice(0, start))
  const lengths = commonLengths(old.slice(start, oldEnd), now.slice(start, newEnd))
  const width = newEnd - start + 1
  let [i, j] = [start, start]
  const longest = (atOld: number, atNew: number): number => lengths[(atOld - start) * width + atNew - start] ?? 0
  while (i < oldEnd || j < newEnd) {
    if (i < oldEnd && j < newEnd && old[i] === now[j]) {
      add('same', after.slice(j, j + 1))
      i += 1
      j += 1
    } else if (j >= newEnd || (i < oldEnd && longest(i + 1, j) >= longest(i, j + 1))) {
      add('removed', before.slice(i, i + 1))
      i += 1
    } else {
      add('added', after.slice(j, j + 1))
      j += 1
    }
  }
  add('same', after.slice(newEnd))
  return parts
}

/** How many words two ends have in common, in order: the table of the longest common subsequence, row by row. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array {
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const same = old[i] === now[j]
      lengths[i * width + j] = same
        ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
    }
  }
  return lengths
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
