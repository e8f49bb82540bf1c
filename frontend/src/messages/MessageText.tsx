import { memo } from 'react'
import { tokenize } from './links.parser.ts'

/** A person's text with its links. React escapes every piece: nothing in it can become markup. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return tokenize(text).map((token, index) =>
    token.kind === 'text' ? (
      token.text
    ) : (
      // The key is the place: pieces of a text have nothing else to tell them apart.
      // oxlint-disable-next-line react/no-array-index-key
      <a key={index} href={token.href} dir="ltr" className="text-link" target="_blank" rel="noopener noreferrer">
        {token.text}
      </a>
    ),
  )
})
