/**
 * Removes the markup of an announcement's text, for previews of one line and for comparing texts. The result is close to what
 * `Markdown.tsx` shows, and needs no Markdown parser, which most visits do not load.
 * @param keepsAddresses adds the address of each link after its words
 */
export function plainText(markdown: string, { keepsAddresses = false }: { keepsAddresses?: boolean } = {}): string {
  let text = markdown.replace(ESCAPED, (_, mark: string) => String.fromCharCode(HIDDEN + mark.charCodeAt(0)))
  for (const [pattern, replacement] of BLOCKS)
    text = typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement)
  text = text.replace(LINK, keepsAddresses ? '$1 ($2)' : '$1')
  text = withoutSpans(text)
  return text.replace(HIDDEN_MARK, (mark) => String.fromCharCode(mark.charCodeAt(0) - HIDDEN)).trim()
}

const ESCAPED = /\\([!-/:-@[-`{-~])/g
/** Escaped marks wait in a private area of Unicode until the markup is gone. */
const HIDDEN = 0xe000
const HIDDEN_MARK = /[\ue021-\ue07e]/g

/*
 * Each pattern below stops at a character that it cannot have twice, so none goes through the same text again and again: a text of
 * 8,000 characters takes some milliseconds, whatever it is.
 */
const LINK = /!?\[([^[\]\n]*)\]\(<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:[ \t]+"[^"\n]*")?\)/g

type Replacement = string | ((match: string, words: string) => string)

const BLOCKS: [RegExp, Replacement][] = [
  [/^ {0,3}(?:`{3,}|~{3,}).*$\n?/gm, ''],
  [/^ {0,3}(?:([-*_])[ \t]*)(?:\1[ \t]*){2,}$\n?/gm, ''],
  [/^ {0,3}(?:>[ \t]?)+/gm, ''],
  [/^ {0,3}#{1,6}[ \t]+(.*)$/gm, (_, words) => withoutClosing(words)],
  [/^([ \t]*)[-*+][ \t]+/gm, '$1• '],
]

/** Returns the words of a heading without the marks that close it. */
function withoutClosing(words: string): string {
  let end = words.length
  while (words.charAt(end - 1) === '#') end -= 1
  const isClosing = end === 0 || /\s/.test(words.charAt(end - 1))
  return (isClosing ? words.slice(0, end) : words).trimEnd()
}

const SINGLE: [RegExp, string][] = [
  [/(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?!\*)/gu, '$1'],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]*?[^\s_])_(?![\p{L}\p{N}_])/gu, '$1'],
]

function withoutSpans(text: string): string {
  let words = withoutPairs(text, '**')
  words = withoutPairs(words, '__')
  for (const [pattern, replacement] of SINGLE) words = words.replace(pattern, replacement)
  return withoutCode(words)
}

/** Removes pairs of a mark around words of one line, in one pass. */
function withoutPairs(text: string, mark: string): string {
  const removed: number[] = []
  let opener = -1
  let lineEnd = text.indexOf('\n')
  for (let at = text.indexOf(mark); at !== -1;) {
    while (lineEnd !== -1 && lineEnd < at) {
      opener = -1
      lineEnd = text.indexOf('\n', lineEnd + 1)
    }
    const after = at + mark.length
    if (opener !== -1 && at > opener + mark.length && /\S/.test(text.charAt(at - 1))) {
      removed.push(opener, at)
      opener = -1
      at = text.indexOf(mark, after)
    } else if (opener === -1 && /\S/.test(text.charAt(after))) {
      opener = at
      at = text.indexOf(mark, after)
    } else at = text.indexOf(mark, at + 1)
  }
  return without(text, removed, mark.length)
}

/** Removes the marks around code: as many before it as after it. */
function withoutCode(text: string): string {
  const parts = text.split(/(`+)/)
  // The words stand at even places, the marks between them at odd ones.
  for (let at = 2; at < parts.length - 1; at += 2) {
    const [before = '', words = '', after = ''] = parts.slice(at - 1, at + 2)
    const count = words === '' || words.includes('\n') ? 0 : Math.min(before.length, after.length)
    parts[at - 1] = before.slice(count)
    parts[at + 1] = after.slice(count)
  }
  return parts.join('')
}

/** Returns a text without the pieces of a length that begin at these places, which may come in pairs out of order. */
function without(text: string, places: readonly number[], length: number): string {
  const kept: string[] = []
  let from = 0
  for (const place of places.toSorted((a, b) => a - b)) {
    kept.push(text.slice(from, place))
    from = place + length
  }
  return kept.join('') + text.slice(from)
}
