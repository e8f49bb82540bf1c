import type { Broadcast, LedgerCounts } from 'backend/contract'
import { progressOf } from '../shared/progress.model.ts'

/** Shows a broadcast's progress as a bar and a text; nothing until the counts are loaded. */
export function ProgressLine({
  broadcast,
  counts,
}: {
  broadcast: Pick<Broadcast, 'needsAcknowledgement'>
  counts: LedgerCounts | undefined
}) {
  if (!counts) return null
  const { done, total, words } = progressOf(broadcast, counts)
  return (
    <>
      <progress
        className="progress-line"
        data-complete={done === total || undefined}
        aria-hidden="true"
        max={Math.max(1, total)}
        value={done}
      />
      <span className="block truncate text-cap text-muted tabular-nums">{words}</span>
    </>
  )
}
