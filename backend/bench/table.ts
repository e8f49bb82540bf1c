import { median } from './statistics.ts'
import type { SubjectName } from './subjects.ts'

/** The two compared sides. The ratio is the first divided by the second. */
export interface Sides<Side extends string> {
  judged: Side
  base: Side
  titles: readonly [judged: string, base: string]
}

export const SERVERS: Sides<SubjectName> = { judged: 'parley', base: 'relay', titles: ['Parley', 'bare Socket.IO'] }

/** A line of the result. */
export interface Row<Side extends string = SubjectName> {
  name: string
  unit: string
  /** One number for each round of each side. */
  samples: Record<Side, number[]>
  /** The promised performance, as a ratio or as a number of one side. */
  target?: { of: 'ratio' | Side; atLeast?: number; atMost?: number }
  /** A reason to doubt the result, such as a generator at its limit. */
  remark?: string | undefined
}

/** Formats a table with ratios first, and the spread (least to most) in brackets. */
export function formatTable<Side extends string>(rows: readonly Row<Side>[], sides: Sides<Side>): string {
  const head = ['', 'ratio', ...sides.titles, 'unit', 'target', '']
  const lines = [head, ...rows.map((row) => cells(row, sides))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const remarks = rows.flatMap(({ name, remark }) => (remark === undefined ? [] : `* ${name}: ${remark}`))
  return [
    ...lines.map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...remarks,
  ].join('\n')
}

/** Divides round by round. */
export function ratios(judged: readonly number[], base: readonly number[]): number[] {
  return judged.map((value, round) => value / (base[round] ?? Number.NaN))
}

function cells<Side extends string>(
  { name, unit, samples, target, remark }: Row<Side>,
  { judged, base }: Sides<Side>,
): string[] {
  const ratio = ratios(samples[judged], samples[base])
  const found = median(target === undefined || target.of === 'ratio' ? ratio : samples[target.of])
  const isMet = target === undefined || (found >= (target.atLeast ?? -Infinity) && found <= (target.atMost ?? Infinity))
  return [
    remark === undefined ? name : `${name} *`,
    withSpread(ratio),
    withSpread(samples[judged]),
    withSpread(samples[base]),
    unit,
    target === undefined ? '' : wording(target),
    target === undefined ? '' : isMet ? 'met' : 'MISSED',
  ]
}

function wording({ of, atLeast, atMost }: NonNullable<Row<string>['target']>): string {
  const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
  return of === 'ratio' ? `${bound}x` : bound
}

function withSpread(values: readonly number[]): string {
  const middle = figure(median(values))
  return values.length > 1 ? `${middle} [${figure(Math.min(...values))} ${figure(Math.max(...values))}]` : middle
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (value >= 1000) return value.toLocaleString('en', { maximumFractionDigits: 0 })
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}
