import { Lexer, Tokenizer, type MarkedToken, type Token, type Tokens } from 'marked'
import { createElement, Fragment, memo, type ReactNode } from 'react'
import { linkAtStart, safeHref, tokenize } from './links.parser.ts'
import { MessageText } from './MessageText.tsx'
import { TextLink } from './TextLink.tsx'

/**
 * Shows paragraphs, emphasis, links, lists, headings, quotes and code; everything else stays plain text. React escapes every part,
 * so no text can become markup of the page. Images are links: loading them would tell another server who reads.
 */
export const Markdown = memo(function Markdown({ text, headingLevel }: { text: string; headingLevel: number }) {
  const tokens = parsed(text)
  return tokens ? nodes(tokens, levelsFrom(headingLevel)) : <p className="whitespace-pre-wrap">{text}</p>
})

/** Returns null when the parser fails, as on thousands of nested quotes. */
function parsed(text: string): Token[] | null {
  try {
    return new Lexer({ gfm: true, breaks: true, tokenizer: new Subset() }).lex(text)
  } catch {
    return null
  }
}

/** Finds only the markup that announcements have. Everything else stays text. */
class Subset extends Tokenizer {
  override html = none
  override tag = none
  override def = none
  override table = none
  override del = none
  override autolink = none

  /** `links.parser.ts` finds addresses, as in all messages: before emphasis, since an address may have marks in it. */
  override url(src: string): Tokens.Link | undefined {
    const found = linkAtStart(src)
    if (!found) return undefined
    const { text, href } = found
    return { type: 'link', raw: text, text, href, tokens: [{ type: 'text', raw: text, text, escaped: true }] }
  }
}

function none(): undefined {
  return undefined
}

type LevelOf = (depth: number) => number

/** Returns heading levels without gaps for any depths in the text. */
function levelsFrom(first: number): LevelOf {
  let before = first - 1
  return (depth) => {
    before = Math.min(first + depth - 1, before + 1, 6)
    return before
  }
}

/** Deepest nesting of quotes, lists and emphasis. Deeper markup stays plain text. */
const DEEP_MAX = 16

/** @param isInLink a link cannot be in a link */
function nodes(tokens: readonly Token[], levelOf: LevelOf, deep = 0, isInLink = false): ReactNode {
  return createElement(
    Fragment,
    null,
    ...tokens.map((token) =>
      isKnown(token) && deep < DEEP_MAX ? node(token, levelOf, deep + 1, isInLink) : token.raw,
    ),
  )
}

function node(token: Known, levelOf: LevelOf, deep: number, isInLink: boolean): ReactNode {
  const inside = (tokens: readonly Token[]): ReactNode => nodes(tokens, levelOf, deep, isInLink)
  switch (token.type) {
    case 'space':
      return null
    case 'hr':
      return <hr />
    case 'heading':
      return createElement(`h${levelOf(token.depth)}`, { dir: 'auto' }, inside(token.tokens))
    case 'code':
      return (
        <pre dir="ltr">
          <code>{token.text}</code>
        </pre>
      )
    case 'blockquote':
      return <blockquote>{inside(token.tokens)}</blockquote>
    case 'list':
      return list(token, inside)
    case 'paragraph':
      return <p dir="auto">{inside(token.tokens)}</p>
    case 'text':
      if (token.tokens) return inside(token.tokens)
      return isInLink ? token.text : <MessageText text={token.text} />
    case 'strong':
      return <strong>{inside(token.tokens)}</strong>
    case 'em':
      return <em>{inside(token.tokens)}</em>
    case 'codespan':
      return <code dir="ltr">{token.text}</code>
    case 'br':
      return <br />
    case 'escape':
      return token.text
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ '
    case 'link':
      return isInLink ? token.raw : link(token, nodes(token.tokens, levelOf, deep, true))
    case 'image':
      return isInLink ? token.raw : link(token, token.text || token.href)
  }
}

function list({ ordered, start, items }: Tokens.List, inside: (tokens: readonly Token[]) => ReactNode): ReactNode {
  const points = items.map(({ tokens }) => createElement('li', { dir: 'auto' }, inside(tokens)))
  return ordered
    ? createElement('ol', { start: start === '' ? 1 : start }, ...points)
    : createElement('ul', null, ...points)
}

/** Shows what was written instead of a link to anything but the web or a mailbox. */
function link({ href, text, raw }: Pick<Tokens.Link, 'href' | 'text' | 'raw'>, words: ReactNode): ReactNode {
  const safe = safeHref(href)
  if (safe === null) return raw
  // Words that are another address would hide where the link leads. Both are shown then, and only the true one is a link.
  if (namesOtherHost(text, safe)) {
    const link = (
      <TextLink href={safe} text={safe}>
        <bdi dir="ltr">{safe}</bdi>
      </TextLink>
    )
    return createElement(Fragment, null, words, ' (', link, ')')
  }
  return (
    <TextLink href={safe} text={text}>
      {words}
    </TextLink>
  )
}

function namesOtherHost(words: string, href: string): boolean {
  return tokenize(words).some((token) => token.kind === 'link' && new URL(token.href).host !== new URL(href).host)
}

const KINDS = [
  'space',
  'hr',
  'heading',
  'code',
  'blockquote',
  'list',
  'paragraph',
  'text',
  'strong',
  'em',
  'codespan',
  'br',
  'escape',
  'checkbox',
  'link',
  'image',
] as const
type Known = Extract<MarkedToken, { type: (typeof KINDS)[number] }>

const isKnown = (token: Token): token is Known => KINDS.some((kind) => kind === token.type)
