import type { Samples } from './rounds.ts'
import { median } from './statistics.ts'

/** A line of the result. */
export interface Row {
  name: string
  unit: string
  /** One number a round of each server. */
  samples: Samples<number>
  /** What performance is promised: as a ratio to the relay, or of Parley's own number. */
  target?: { of: 'ratio' | 'parley'; atLeast?: number; atMost?: number }
  /** What weakens the result, such as a generator that could not send more. */
  remark?: string | undefined
}

const HEAD = ['', 'ratio', 'Parley', 'bare Socket.IO', 'unit', 'target', '']

/** Ratios first; the spread (least to most of the rounds) in brackets. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const remarks = rows.flatMap(({ name, remark }) => (remark === undefined ? [] : `* ${name}: ${remark}`))
  return [...lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()), ...remarks].join('\n')
}

export function ratios({ parley, relay }: Samples<number>): number[] {
  return parley.map((value, round) => value / (relay[round] ?? Number.NaN))
}

function cells({ name, unit, samples, target, remark }: Row): string[] {
  const judged = target?.of === 'parley' ? median(samples.parley) : median(ratios(samples))
  const isMet = target === undefined || (judged >= (target.atLeast ?? -Infinity) && judged <= (target.atMost ?? Infinity))
  return [
    remark === undefined ? name : `${name} *`,
    withSpread(ratios(samples)),
    withSpread(samples.parley),
    withSpread(samples.relay),
    unit,
    target === undefined ? '' : wording(target),
    target === undefined ? '' : isMet ? 'met' : 'MISSED',
  ]
}

function wording({ of, atLeast, atMost }: NonNullable<Row['target']>): string {
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
