import { fileSize } from '../../uploads/file.format.ts'
import { count } from '../../lib/format.ts'

/** `84 ms`, `1.2 s` */
export function milliseconds(value: number): string {
  if (value < 1000) return `${count(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))} ms`
  return `${count(Math.round(value / 100) / 10)} s`
}

/** `0 byte` says little of what is not there. */
export const bytes = (value: number): string => (value === 0 ? '0' : fileSize(value))

/** The end of an axis: a round number not below a value, whose half is round too. */
export function roundedUp(value: number): number {
  if (value <= 2) return 2
  const step = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 6, 8].find((part) => part * step >= value) ?? 10) * step
}
