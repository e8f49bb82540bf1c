/** The latencies of the last minute. */
export interface LatencySummary {
  count: number
  /** Milliseconds; null when nothing was measured. */
  p50: number | null
  p99: number | null
}

export interface LatencyWindow {
  /** @param ms how long one operation took */
  add(ms: number): void
  lastMinute(): LatencySummary
}

const SLICE_MS = 5000
const SLICES = 12
/**
 * Latencies that one slice keeps for the percentiles. Later ones in the slice are only counted, so the memory is
 * bounded.
 */
const KEPT_PER_SLICE = 2000

/** Counts and times operations in bounded memory. @param now milliseconds of a clock that never goes back */
export function createLatencyWindow(now: () => number = () => performance.now()): LatencyWindow {
  let slices: { number: number; count: number; times: number[] }[] = []

  /** Drops old slices and returns the number of the current one. */
  function currentSlice(): number {
    const number = Math.floor(now() / SLICE_MS)
    slices = slices.filter((slice) => slice.number > number - SLICES)
    return number
  }

  return {
    add(ms) {
      const number = currentSlice()
      let slice = slices.at(-1)
      if (slice?.number !== number) slices.push((slice = { number, count: 0, times: [] }))
      slice.count += 1
      if (slice.times.length < KEPT_PER_SLICE) slice.times.push(ms)
    },
    lastMinute() {
      currentSlice()
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
