import { t } from '@lingui/core/macro'
import { count, fileSize } from '../../lib/format.ts'

/** Formats a duration: `84 ms`, `1.2 s`. */
export function milliseconds(value: number): string {
  if (value < 1000) {
    const duration = count(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))
    return t`${duration} ms`
  }
  const seconds = count(Math.round(value / 100) / 10)
  return t`${seconds} s`
}

/** Formats a size in bytes; zero has no unit. */
export const bytes = (value: number): string => (value === 0 ? '0' : fileSize(value))

/** Returns the end of an axis: a round number of at least `value`, whose half is round too. */
export function roundedUp(value: number): number {
  if (value <= 2) return 2
  const step = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 6, 8].find((part) => part * step >= value) ?? 10) * step
}
