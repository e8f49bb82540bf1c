import { Lexer, Tokenizer, type MarkedToken, type Token, type Tokens } from 'marked'
import { createElement, Fragment, memo, type ReactNode } from 'react'
import { safeHref } from './links.ts'
import { MessageText } from './MessageText.tsx'

/**
 * Paragraphs, emphasis, links, lists, headings, quotes and code; everything else stays the characters that were written. React escapes
 * every piece, so that nothing in a text can become markup of the page; images are links, as loading them would tell who reads.
 */
export const Markdown = memo(function Markdown({ text, headingLevel }: { text: string; headingLevel: number }) {
  const tokens = new Lexer({ gfm: true, breaks: true, tokenizer: new Subset() }).lex(text)
  return blocks(tokens, levelsFrom(headingLevel))
})

/** What it does not find stays text. */
class Subset extends Tokenizer {
  override html = none
  override tag = none
  override def = none
  override table = none
  override del = none
  /** `links.ts` finds addresses in texts, as in all messages. */
  override url = none
  override autolink = none
}

function none(): undefined {
  return undefined
}

type LevelOf = (depth: number) => number

/** Levels without holes, whatever depths the writer chose. */
function levelsFrom(first: number): LevelOf {
  let before = first - 1
  return (depth) => {
    before = Math.min(first + depth - 1, before + 1, 6)
    return before
  }
}

const BLOCKS_DEEP_MAX = 12

function blocks(tokens: readonly Token[], levelOf: LevelOf, deep = 0): ReactNode[] {
  return tokens.map((token, index) => <Fragment key={index}>{isKnown(token) && deep < BLOCKS_DEEP_MAX ? block(token, levelOf, deep + 1) : token.raw}</Fragment>)
}

function block(token: MarkedToken, levelOf: LevelOf, deep: number): ReactNode {
  switch (token.type) {
    case 'space':
      return null
    case 'hr':
      return <hr />
    case 'heading':
      return createElement(`h${levelOf(token.depth)}`, { dir: 'auto' }, inline(token.tokens))
    case 'code':
      return (
        <pre dir="ltr">
          <code>{token.text}</code>
        </pre>
      )
    case 'blockquote':
      return <blockquote>{blocks(token.tokens, levelOf, deep)}</blockquote>
    case 'list':
      return list(token, levelOf, deep)
    case 'paragraph':
      return <p dir="auto">{inline(token.tokens)}</p>
    case 'text':
      return token.tokens ? inline(token.tokens) : <MessageText text={token.text} />
    default:
      return inline([token])
  }
}

function list({ ordered, start, items }: Tokens.List, levelOf: LevelOf, deep: number): ReactNode {
  const points = items.map((item, index) => (
    <li key={index} dir="auto">
      {blocks(item.tokens, levelOf, deep)}
    </li>
  ))
  return ordered ? <ol start={start === '' ? 1 : start}>{points}</ol> : <ul>{points}</ul>
}

function inline(tokens: readonly Token[]): ReactNode[] {
  return tokens.map((token, index) => <Fragment key={index}>{isKnown(token) ? span(token) : token.raw}</Fragment>)
}

function span(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>
    case 'em':
      return <em>{inline(token.tokens)}</em>
    case 'codespan':
      return <code dir="ltr">{token.text}</code>
    case 'br':
      return <br />
    case 'escape':
      return token.text
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ '
    case 'link':
      return link(token.href, inline(token.tokens), token.raw)
    case 'image':
      return link(token.href, token.text || token.href, token.raw)
    case 'text':
      return token.tokens ? inline(token.tokens) : <MessageText text={token.text} />
    default:
      return token.raw
  }
}

/** @param raw shown in the place of one that leads anywhere else than to the web or to a mailbox */
function link(href: string, words: ReactNode, raw: string): ReactNode {
  const safe = safeHref(href)
  if (safe === null) return raw
  return (
    <a href={safe} className="text-link" target="_blank" rel="noopener noreferrer">
      {words}
    </a>
  )
}

/** The parser's own kinds; extensions could bring others, of which there are none. */
const isKnown = (token: Token): token is MarkedToken => KINDS.has(token.type)

const KINDS = new Set(['space', 'hr', 'heading', 'code', 'blockquote', 'list', 'paragraph', 'text', 'strong', 'em', 'codespan', 'br', 'escape', 'checkbox', 'link', 'image'])
