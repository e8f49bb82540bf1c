import type { Instrumentation } from '../lib/instrumentation.ts'

/** Counts since the server started. */
export interface BusCounts {
  published: number
  received: number
  gaps: number
}

/** Counts the messages of the bus from now on. Returns a function that returns the counts. */
export function countBusMessages({
  busPublished,
  busReceived,
  busGap,
}: Pick<Instrumentation, 'busPublished' | 'busReceived' | 'busGap'>): () => BusCounts {
  const counts: BusCounts = { published: 0, received: 0, gaps: 0 }
  busPublished.subscribe(() => (counts.published += 1))
  busReceived.subscribe(() => (counts.received += 1))
  busGap.subscribe(() => (counts.gaps += 1))
  return () => ({ ...counts })
}
