import { memo } from 'react'
import { tokenize, type Token } from './links.parser.ts'
import { TextLink } from './TextLink.tsx'

/** How much of a folded text is drawn: a little more than there is room for above the fold. */
const FOLDED_CHARACTERS = 2400

interface MessageTextProps {
  text: string
  /** Only the beginning is in sight. */
  isFolded?: boolean
}

/** Shows a user's text with its links. React escapes every part, so no text can become markup. */
export const MessageText = memo(function MessageText({ text, isFolded = false }: MessageTextProps) {
  const tokens = tokenize(text)
  return (isFolded ? beginningOf(tokens) : tokens).map((token, index) =>
    token.kind === 'text' ? (
      token.text
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- parts of a text have no other key
      <TextLink key={index} href={token.href} text={token.text}>
        <bdi dir="ltr">{token.text}</bdi>
      </TextLink>
    ),
  )
})

/** Returns the parts that are drawn of a folded text. A link is never cut: a part of an address leads elsewhere. */
function beginningOf(tokens: readonly Token[]): Token[] {
  const drawn: Token[] = []
  let left = FOLDED_CHARACTERS
  for (const token of tokens) {
    if (left <= 0) break
    const isCut = token.kind === 'text' && token.text.length > left
    drawn.push(isCut ? { kind: 'text', text: token.text.slice(0, left).replace(/\p{Surrogate}$/u, '') } : token)
    left -= token.text.length
  }
  return drawn
}
