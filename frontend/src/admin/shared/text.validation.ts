import { plural } from '@lingui/core/macro'
import { codePoints } from 'backend/contract'
/** Says by how much a text exceeds the server's limit in code points; undefined when it does not. */
export function tooLong(text: string, max: number): string | undefined {
  const over = codePoints(text.trim()) - max
  if (over <= 0) return undefined
  return plural(over, { one: 'Shorten it by # character.', other: 'Shorten it by # characters.' })
}
