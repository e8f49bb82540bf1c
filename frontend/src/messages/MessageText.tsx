import { memo } from 'react'
import { tokenize } from './links.parser.ts'
import { TextLink } from './TextLink.tsx'

/** Shows a user's text with its links. React escapes every part, so no text can become markup. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return tokenize(text).map((token, index) =>
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
