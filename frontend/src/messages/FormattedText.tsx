import { Component, lazy, Suspense, type ReactNode } from 'react'
import { plainText } from '../lib/plainText.ts'
import { MessageText } from './MessageText.tsx'

/** With its parser: only who sees a text with markup loads it. */
const Markdown = lazy(() => import('./Markdown.tsx').then((piece) => ({ default: piece.Markdown })))

/** What may mean something in Markdown. A text without it is one paragraph for each blank line, and needs no parser. */
const MARKUP = /[*_`#>[\]\\~=]|^\s*[-+] |^\s*\d+[.)] |^\s{4}|^-{2,}/mu

interface FormattedTextProps {
  text: string
  /** Level of the first heading in it, which follows the one above it. */
  headingLevel: number
}

/** The text of an announcement: Markdown, the subset that announcements have. Never becomes HTML. */
export function FormattedText({ text, headingLevel }: FormattedTextProps) {
  const plain = <PlainParagraphs text={text} />
  if (!MARKUP.test(text)) return plain
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
    // The key is the place: paragraphs have nothing else to tell them apart.
    // oxlint-disable-next-line react/no-array-index-key
    <p key={index} dir="auto" className="whitespace-pre-wrap">
      <MessageText text={paragraph} />
    </p>
  ))
}

/** Shows the text as it was written where the parser cannot be loaded. */
class OrPlain extends Component<{ plain: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.plain : this.props.children
  }
}
