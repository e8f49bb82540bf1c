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
    for (const { raw, index, url } of linksIn(part)) {
      const at = start + index
      const surplus = marksAfter(raw, text.slice(Math.max(0, at - 3), at))
      const href = safeHref(url.slice(0, url.length - surplus))
      if (href === null) continue
      if (at > done) tokens.push({ kind: 'text', text: text.slice(done, at) })
      done = at + raw.length - surplus
      tokens.push({ kind: 'link', text: text.slice(at, done), href })
    }
    start += part.length
  }
  if (done < text.length) tokens.push({ kind: 'text', text: text.slice(done) })
  return tokens
}

/** Counts the characters at the end of an address that belong to the sentence: a colon, or the marks that also stand before it. */
function marksAfter(address: string, before: string): number {
  if (address.endsWith(':')) return 1
  const mark = before.slice(-1)
  if (!/[*_~]/u.test(mark)) return 0
  const runOf = (marks: string): number => {
    let count = 0
    while (marks.charAt(marks.length - 1 - count) === mark) count += 1
    return count
  }
  return Math.min(runOf(before), runOf(address))
}

/**
 * The domains of addresses without `https://`: the usual ones, and countries whose letters end no file name. Others look like names of
 * files: `notes.md`, `main.rs`, `setup.sh`, `logo.ai`.
 */
const DOMAINS =
  'com|org|net|edu|gov|info|biz|io|dev|co|tv|xyz|eu|at|be|ch|cz|de|dk|ee|es|fi|fr|gr|hr|hu|ie|it|lt|lu|lv|nl|no|pl|pt|ro|se|si|sk|ua|uk|ar|au|br|ca|cl|mx|nz|pe|us|cn|hk|id|il|in|jp|ke|kr|kz|ng|ru|sg|th|tr|tw|vn|za|рф'

const linkify = new LinkifyIt({ fuzzyLink: true, tlds: DOMAINS.split('|') }).add('ftp:', null).add('//', null)

/**
 * Where a part of a text ends that is searched for links by itself: at a control character or one that turns the writing direction, with
 * which a link can be made to read as another one; at an emoji; before a link that follows a script without spaces or a mark such as `_`.
 */
const BORDERS =
  /(?<=[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])|(?=[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\p{Extended_Pictographic}])|(?<=[^\p{ASCII}]|(?:^|[\s(])[*_~]{1,3})(?=https?:\/\/|www\.)/iu

function linksIn(part: string): Pick<Match, 'raw' | 'index' | 'url'>[] {
  // Most parts have no link, and a text may be cut into thousands.
  if (!/[:@.]/u.test(part)) return []
  let from = 0
  return (linkify.match(part) ?? []).filter(({ schema, raw, index, lastIndex }) => {
    if (index < from) return false
    // https://bank.example@evil.example shows a name that is not where it leads to. Nothing of it is a link.
    if (part.charAt(lastIndex) === '@' || part.charAt(index - 1) === '@') {
      const gap = part.slice(lastIndex).search(/\s/u)
      from = gap === -1 ? part.length : lastIndex + gap
      return false
    }
    // "done.It works" lacks a space, and names no host.
    return schema !== '' || !/^[^/?#]*\.\p{Lu}\p{Ll}+(?:[/?#]|$)/u.test(raw)
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

/**
 * Returns the place where a link leads, as the browser reads it, when the shown words do not say it; otherwise null. The words say it when they
 * are the address or its host. An address with letters that look like Latin ones, under a Latin domain, does not: `раураl.com`.
 */
export function hiddenPlace(words: string, href: string): string | null {
  const url = new URL(href)
  const place = url.protocol === 'mailto:' ? url.pathname : url.host
  const shown = words.trim()
  const [token, ...others] = tokenize(shown)
  const isAddress = token?.kind === 'link' && others.length === 0 && new URL(token.href).host === url.host
  const says = isAddress || [href, place, url.pathname].includes(shown)
  return says && !(LOOK_ALIKE.test(shown) && /\.[a-z]+$/u.test(url.hostname)) ? null : place
}

/** Scripts with letters that look like Latin ones. */
const LOOK_ALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u
