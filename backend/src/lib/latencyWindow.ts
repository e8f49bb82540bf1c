/** What was measured in the last minute. */
export interface Measured {
  count: number
  /** Milliseconds; null: nothing was measured. */
  p50: number | null
  p99: number | null
}

export interface Meter {
  /** @param ms how long it took */
  add(ms: number): void
  lastMinute(): Measured
}

/** What became of a message that somebody wanted to send. */
export interface SendOutcome {
  kind: 'direct' | 'group' | 'broadcast' | 'unknown'
  /** `repeated`: it was there already. `refused`: its sender was told why. */
  result: 'kept' | 'repeated' | 'refused' | 'failed'
  /** From its arrival, in milliseconds. */
  ms: number
}

const SLICE_MS = 5000
const SLICES = 12
/** Of one slice; what is beyond is counted, and not looked at for the percentiles. */
const KEPT = 2000

/** Counts and times what happens, in memory that does not grow with it. @param now in milliseconds, never going back */
export function createMeter(now: () => number = () => performance.now()): Meter {
  let slices: { number: number; count: number; times: number[] }[] = []

  function current(): number {
    const number = Math.floor(now() / SLICE_MS)
    slices = slices.filter((slice) => slice.number > number - SLICES)
    return number
  }

  return {
    add(ms) {
      const number = current()
      let slice = slices.at(-1)
      if (slice?.number !== number) slices.push((slice = { number, count: 0, times: [] }))
      slice.count += 1
      if (slice.times.length < KEPT) slice.times.push(ms)
    },
    lastMinute() {
      current()
      const times = slices.flatMap(({ times }) => times).sort((a, b) => a - b)
      return {
        count: slices.reduce((sum, { count }) => sum + count, 0),
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
      }
    },
  }
}

function percentile(sorted: readonly number[], part: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]
  return value === undefined ? null : Math.round(value * 10) / 10
}
