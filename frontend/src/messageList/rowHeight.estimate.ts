import type { Row } from '../messages/messageRows.model.ts'
import { textRows } from '../ui/Folded.tsx'

/** Rows that are looked at: about the ones that a list opens with. */
const NEWEST = 50
/** Below this mean, or with fewer rows, the list's own guess costs nothing, and it learns from the first rows that it measures. */
const TALL_PX = 160
const MANY = 10
/** Heights in a window of usual width, px. */
const LINE = 22
const AROUND_TEXT = 20
const ATTACHMENT = 220

/**
 * Estimates the height of a row before any is measured, px: the mean of the newest rows. Without it the list takes each row for a
 * short one, and draws 40 tall texts at once to show three. Returns undefined for a usual conversation.
 */
export function estimatedHeight(rows: readonly Row[]): number | undefined {
  const newest = rows.slice(-NEWEST)
  const mean = Math.round(newest.reduce((sum, row) => sum + heightOf(row), 0) / newest.length)
  return mean < TALL_PX || newest.length < MANY ? undefined : mean
}

function heightOf(row: Row): number {
  if (row.kind !== 'message') return LINE + AROUND_TEXT
  return AROUND_TEXT + textRows(row.text) * LINE + row.attachments.length * ATTACHMENT
}
