import { plural } from '@lingui/core/macro'
import { codePoints } from 'backend/contract'
import { count } from '../../../lib/format.ts'

/** Shows how many characters are left, when they are `from` or fewer. */
export function Counter({ text, max, from }: { text: string; max: number; from: number }) {
  const left = max - codePoints(text.trim())
  if (left > from) return null
  return (
    <span className={`text-cap tabular-nums ${left < 0 ? 'font-semibold text-err-ink' : 'text-muted'}`}>
      <span aria-hidden="true">{count(left)}</span>
      <span className="sr-only">{plural(left, { one: '# character left', other: '# characters left' })}</span>
    </span>
  )
}
