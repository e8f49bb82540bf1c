import { LinkifyIt, type Match } from 'linkify-it'

/** A piece of a message's text; the pieces put together are the text again, to the last character. */
export type Token = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string }

/** Splits a text into words and links. Parses each text once: a message is drawn many times, and its direction is asked for too. */
export function tokenize(text: string): readonly Token[] {
  const known = recent.get(text)
  if (known) return known
  const tokens = parse(text)
  recent.set(text, tokens)
  const [oldest] = recent.keys()
  if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest)
  return tokens
}

/** More messages than a screen draws around its place in the list. */
const RECENT_MAX = 300
const recent = new Map<string, readonly Token[]>()

/** Returns the link at the beginning of a text, or null. Announcements find links by the same rule as all messages. */
export function linkAtStart(text: string): Extract<Token, { kind: 'link' }> | null {
  const [run = ''] = /^\S{0,2048}/u.exec(text) ?? []
  const [first] = parse(run)
  return first?.kind === 'link' ? first : null
}

function parse(text: string): Token[] {
  const tokens: Token[] = []
  let done = 0
  let start = 0
  for (const part of text.split(BORDERS)) {
    for (const { raw, index, href } of linksIn(part)) {
      if (start + index > done) tokens.push({ kind: 'text', text: text.slice(done, start + index) })
      tokens.push({ kind: 'link', text: raw, href })
      done = start + index + raw.length
    }
    start += part.length
  }
  if (done < text.length) tokens.push({ kind: 'text', text: text.slice(done) })
  return tokens
}

/** The domains of addresses without `https://`. Others look like names of files: `notes.md`, `main.rs`, `setup.sh`. */
const DOMAINS =
  'com|org|net|edu|gov|info|eu|at|be|ch|de|dk|es|fi|fr|gr|ie|it|jp|kr|nl|no|pt|se|uk|us|au|ca|br|cn|in|ru|рф'

const linkify = new LinkifyIt({ fuzzyLink: true, tlds: DOMAINS.split('|') }).add('ftp:', null).add('//', null)

/**
 * Where a part of a text ends that is searched for links by itself: at a control character or one that turns the writing direction, with
 * which a link can be made to read as another one; and before a link that follows a script without spaces.
 */
const BORDERS =
  /(?<=[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])|(?=[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])|(?<=[^\p{ASCII}])(?=https?:\/\/)/iu

function linksIn(part: string): (Pick<Match, 'raw' | 'index'> & { href: string })[] {
  // Most parts have no link, and a text may be cut into thousands.
  if (!/[:@.]/u.test(part)) return []
  let from = 0
  return (linkify.match(part) ?? []).flatMap(({ raw, index, lastIndex, url }) => {
    if (index < from) return []
    // https://bank.example@evil.example shows a name that is not where it leads to. Nothing of it is a link.
    if (part.charAt(lastIndex) === '@' || part.charAt(index - 1) === '@') {
      const gap = part.slice(lastIndex).search(/\s/u)
      from = gap === -1 ? part.length : lastIndex + gap
      return []
    }
    const href = safeHref(url)
    return href === null ? [] : [{ raw, index, href }]
  })
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
