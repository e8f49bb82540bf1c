import type { Message } from 'backend/contract'

interface Summary {
  headline: string
  /** What follows the headline, as one line; may be empty. */
  excerpt: string
}

/** A broadcast in a list: its title, or else its first line, and how it goes on. */
export function summaryOf({ title, text }: Pick<Message, 'title' | 'text'>): Summary {
  const lines = text.split(/\r\n|\r|\n/u).map((line) => line.trim()).filter((line) => line !== '')
  const [first = '', ...others] = lines
  return title === null ? { headline: first, excerpt: others.join(' ') } : { headline: title, excerpt: lines.join(' ') }
}
