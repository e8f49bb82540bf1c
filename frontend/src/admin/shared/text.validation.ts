import { codePoints } from 'backend/contract'
/** Why a text is refused that is longer than the server takes; lengths count code points, as there. Undefined: it is not. */
export function tooLong(text: string, max: number): string | undefined {
  const over = codePoints(text.trim()) - max
  if (over <= 0) return undefined
  return over === 1 ? 'Shorten it by 1 character.' : `Shorten it by ${over} characters.`
}
