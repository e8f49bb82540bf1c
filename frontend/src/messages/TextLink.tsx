import type { ReactNode } from 'react'
import { hiddenPlace } from './links.parser.ts'

interface TextLinkProps {
  href: string
  /** The words of the link, without markup. */
  text: string
  children: ReactNode
}

/** Shows a link of a user's text. When its words do not say where it leads, the host or mailbox stands beside it. */
export function TextLink({ href, text, children }: TextLinkProps) {
  const place = hiddenPlace(text, href)
  return (
    <>
      {/* oxlint-disable-next-line page/loose-text -- a relation, not a text */}
      <a href={href} className="text-link" target="_blank" rel="noopener noreferrer">
        {children}
      </a>
      {place !== null && (
        <>
          {' ('}
          <bdi dir="ltr">{place}</bdi>
          {')'}
        </>
      )}
    </>
  )
}
