import { codePoints } from 'backend/contract'
import { count } from '../../../lib/format.ts'

/** Appears when few characters are left. */
export function Counter({ text, max, from }: { text: string; max: number; from: number }) {
  const left = max - codePoints(text.trim())
  if (left > from) return null
  return (
    <span className={`text-cap tabular-nums ${left < 0 ? 'font-semibold text-err-ink' : 'text-muted'}`}>
      {count(left)}
      <span className="sr-only"> characters left</span>
    </span>
  )
}
