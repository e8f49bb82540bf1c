/** A piece of a message's text; the pieces put together are the text again, to the last character. */
export type Token = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string }

/**
 * Splits a text into words and links. Only `http:`, `https:` and `mailto:` become links, so no `javascript:` can.
 * Punctuation that ends a sentence and a bracket that was opened before the link stay outside of it.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let done = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = withoutTail(match[0])
    const href = safeHref(shown)
    if (href === null) continue
    if (match.index > done) tokens.push({ kind: 'text', text: text.slice(done, match.index) })
    tokens.push({ kind: 'link', text: shown, href })
    done = match.index + shown.length
  }
  if (done < text.length) tokens.push({ kind: 'text', text: text.slice(done) })
  return tokens
}

/**
 * Must not begin inside a word; scripts without spaces may stand right before. Ends before white space, quotes, angle brackets and control characters; among them those that
 * turn the writing direction, with which a link can be made to read as another one.
 */
const CANDIDATE = /(?<![a-z0-9_])(?:https?:\/\/|mailto:)[^\s<>"`\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu

/** Also the marks of other scripts: a sentence may end in `。`. */
const CLOSING_MARKS = new Set(".,;:!?'’”»…*_~|。、，；：！？」』】）؟،؛")

const OPENER_OF: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

function withoutTail(candidate: string): string {
  let end = candidate.length
  while (end > 0) {
    const last = candidate.charAt(end - 1)
    const opener = OPENER_OF[last]
    // A bracket belongs to the link when the link opened it: /wiki/Parley_(verb)
    const closes = opener !== undefined && count(candidate, last, end) > count(candidate, opener, end)
    if (!closes && !CLOSING_MARKS.has(last)) break
    end -= 1
  }
  return candidate.slice(0, end)
}

function count(text: string, character: string, end: number): number {
  let found = 0
  for (let at = text.indexOf(character); at !== -1 && at < end; at = text.indexOf(character, at + 1)) found += 1
  return found
}

/** The address of a link that may be shown; null where it leads elsewhere than to the web or a mailbox, or does not say where. */
export function safeHref(candidate: string): string | null {
  if (!URL.canParse(candidate)) return null
  const url = new URL(candidate)
  if (url.protocol === 'mailto:') return /^[^@\s]+@[^@\s]+$/u.test(url.pathname) ? url.href : null
  // https://bank.example@evil.example shows a name that is not where it leads to.
  const honest = url.username === '' && url.password === ''
  return honest && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null
}
