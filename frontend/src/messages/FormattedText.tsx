import { Component, lazy, Suspense, type ReactNode } from 'react'
import { plainText } from '../lib/plainText.ts'
import { MessageText } from './MessageText.tsx'

/** Loaded with its parser only for a text with markup. */
const Markdown = lazy(() => import('./Markdown.tsx').then((piece) => ({ default: piece.Markdown })))

/** Characters that may mean something in Markdown. A text without them needs no parser: blank lines separate its paragraphs. */
const MARKUP = /[*_`#>[\]\\~=]|^[^\S\n]*[-+] |^[^\S\n]*\d{1,9}[.)] |^[^\S\n]{4}|^-{2,}/mu

/**
 * The parser's time grows with the square of the marks in a text: a text of 8,000 characters can hold a page up for seconds. No
 * announcement that is meant to be read has so many.
 */
const MARKS_MAX = 400
const MARK = /[*_`~]+|[[\]!<\\]/gu
/** Quotes and lists in each other, 17 deep. The page draws 16. */
const DEEP = /^[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]*){17}/mu

function isCostly(text: string): boolean {
  return (text.match(MARK)?.length ?? 0) > MARKS_MAX || DEEP.test(text)
}

interface FormattedTextProps {
  text: string
  /** Level of the first heading in the text. */
  headingLevel: number
}

/** Shows the text of an announcement, a subset of Markdown. The text never becomes HTML. */
export function FormattedText({ text, headingLevel }: FormattedTextProps) {
  const plain = <PlainParagraphs text={text} />
  if (!MARKUP.test(text) || isCostly(text)) return plain
  return (
    <OrPlain key={text} plain={plain}>
      <Suspense fallback={<PlainParagraphs text={plainText(text)} />}>
        <Markdown text={text} headingLevel={headingLevel} />
      </Suspense>
    </OrPlain>
  )
}

function PlainParagraphs({ text }: { text: string }) {
  return text.split(/\n\s*\n/u).map((paragraph, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- paragraphs have no other key
    <p key={index} dir="auto" className="whitespace-pre-wrap">
      <MessageText text={paragraph} />
    </p>
  ))
}

/** Shows the text without markup when the parser cannot be loaded. */
class OrPlain extends Component<{ plain: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.plain : this.props.children
  }
}
