import { memo } from 'react'
import { tokenize } from './links.parser.ts'

/** Shows a user's text with its links. React escapes every part, so no text can become markup. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return tokenize(text).map((token, index) =>
    token.kind === 'text' ? (
      token.text
    ) : (
      // oxlint-disable-next-line react/no-array-index-key, page/loose-text -- parts of a text have no other key; rel is no text
      <a key={index} href={token.href} dir="ltr" className="text-link" target="_blank" rel="noopener noreferrer">
        {token.text}
      </a>
    ),
  )
})
