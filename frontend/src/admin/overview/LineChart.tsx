import { t } from '@lingui/core/macro'
import type { ServerSample } from 'backend/contract'
import { useId } from 'react'
import { shortTime } from '../../lib/format.ts'
import { roundedUp } from './measure.format.ts'

type Measure = Exclude<keyof ServerSample, 'at'>

interface LineChartProps {
  title: string
  /** Oldest first; at least one. */
  samples: readonly ServerSample[]
  /** The second line is dashed. */
  lines: readonly { label: string; value: Measure }[]
  format: (value: number) => string
  /** The size of a step of the scale; 1 by default. */
  unit?: number
}

const WIDTH = 600
const HEIGHT = 92
const HOUR_MS = 3_600_000

const LINE = { fill: 'none', strokeLinejoin: 'round', vectorEffect: 'non-scaling-stroke' } as const
const LINES = [
  { ...LINE, className: 'stroke-primary stroke-2' },
  { ...LINE, className: 'stroke-muted stroke-[1.5] [stroke-dasharray:3_3]' },
]

/** Draws the last hour of a measure, with the same facts in a sentence for screen readers. Its labels stand outside the SVG, which scales. */
export function LineChart({ title, samples, lines, format, unit = 1 }: LineChartProps) {
  const id = useId()
  const end = Date.parse(samples.at(-1)?.at ?? '')
  const most = Math.max(0, ...lines.flatMap(({ value }) => samples.map((sample) => sample[value] ?? 0)))
  const top = roundedUp(most / unit) * unit
  const times = [end - HOUR_MS, end - HOUR_MS / 2, end].map((time) =>
    Number.isNaN(time) ? '' : shortTime(new Date(time).toISOString()),
  )
  const place = (value: number) => HEIGHT - (value / top) * HEIGHT

  return (
    <figure className="panel px-5 py-4 max-md:px-4" aria-labelledby={`${id}-title`}>
      <figcaption className="flex items-center justify-between gap-3">
        <span id={`${id}-title`} className="text-sec font-semibold">
          {title}
        </span>
        <span className="flex gap-3 text-cap text-muted" aria-hidden="true">
          {lines.length > 1 &&
            lines.map(({ label, value }, index) => (
              <span key={value} className="flex items-center gap-1.5">
                <svg width="18" height="2" focusable="false">
                  <line {...LINES[index]} x1="0" x2="18" y1="1" y2="1" />
                </svg>
                {label}
              </span>
            ))}
        </span>
      </figcaption>
      <div className="mt-4 grid grid-cols-[minmax(0,1fr)_auto] grid-rows-[92px_auto] gap-x-2.5 gap-y-2 text-meta text-muted tabular-nums">
        <svg
          // The times below run from right to left too.
          className="h-[92px] w-full overflow-visible rtl:-scale-x-100"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-labelledby={`${id}-name ${id}-words`}
          focusable="false"
        >
          <title id={`${id}-name`}>{t`${title} in the last hour`}</title>
          <desc id={`${id}-words`}>{lines.map((line) => countsLabel(samples, line, format)).join(' ')}</desc>
          {[0, HEIGHT / 2, HEIGHT].map((y) => (
            <line key={y} className="stroke-line" vectorEffect="non-scaling-stroke" x1="0" x2={WIDTH} y1={y} y2={y} />
          ))}
          {lines.map(({ value }, index) =>
            runsOf(samples, value).map((run) => {
              const points = run.map(
                ({ at, is }) => `${(WIDTH * (Date.parse(at) - end + HOUR_MS)) / HOUR_MS},${place(is)}`,
              )
              const [first, last] = [points[0]?.split(',')[0], points.at(-1)?.split(',')[0]]
              return (
                <g key={`${value} ${run[0]?.at}`}>
                  {lines.length === 1 && (
                    <polygon
                      className="fill-primary opacity-10"
                      points={`${first},${HEIGHT} ${points.join(' ')} ${last},${HEIGHT}`}
                    />
                  )}
                  <polyline {...LINES[index]} points={points.join(' ')} />
                </g>
              )
            }),
          )}
        </svg>
        <span className="-my-[7px] flex min-w-9 flex-col justify-between text-end whitespace-nowrap" aria-hidden="true">
          <bdi>{format(top)}</bdi>
          <bdi>{format(top / 2)}</bdi>
          <bdi>{format(0)}</bdi>
        </span>
        <span className="flex justify-between" aria-hidden="true">
          {times.map((time) => (
            <span key={time}>{time}</span>
          ))}
        </span>
      </div>
    </figure>
  )
}

interface Point {
  at: string
  is: number
}

/** Splits the samples where nothing was measured. */
function runsOf(samples: readonly ServerSample[], measure: Measure): Point[][] {
  const runs: Point[][] = [[]]
  for (const sample of samples) {
    const is = sample[measure]
    if (is === null) runs.push([])
    else runs.at(-1)?.push({ at: sample.at, is })
  }
  return runs.filter((run) => run.length > 0)
}

function countsLabel(
  samples: readonly ServerSample[],
  { label, value }: LineChartProps['lines'][number],
  format: LineChartProps['format'],
): string {
  const points = runsOf(samples, value).flat()
  const [first] = points
  if (!first) return t`${label}: nothing measured.`
  const [least, most] = points.reduce(
    ([low, high], point) => [point.is < low.is ? point : low, point.is > high.is ? point : high],
    [first, first],
  )
  const last = points.at(-1) ?? first
  const [now, highest, lowest] = [format(last.is), format(most.is), format(least.is)]
  const [nowAt, highestAt, lowestAt] = [shortTime(last.at), shortTime(most.at), shortTime(least.at)]
  return t`${label}: ${now} at ${nowAt}, most ${highest} at ${highestAt}, least ${lowest} at ${lowestAt}.`
}
