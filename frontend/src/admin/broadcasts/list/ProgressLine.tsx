import type { Broadcast, LedgerCounts } from 'backend/contract'
import { progressOf } from '../shared/progress.model.ts'

/** Shows a broadcast's progress as a bar and a text; nothing until the counts are loaded. */
export function ProgressLine({
  broadcast,
  counts,
  className,
}: {
  broadcast: Pick<Broadcast, 'needsAcknowledgement'>
  counts: LedgerCounts | undefined
  className: string
}) {
  if (!counts) return null
  const { done, total, words } = progressOf(broadcast, counts)
  return (
    <>
      <progress
        className={`progress-line mb-1 block ${done === total ? COMPLETE : ''} ${className}`}
        aria-hidden="true"
        max={Math.max(1, total)}
        value={done}
      />
      <span className="block truncate text-cap text-muted tabular-nums">{words}</span>
    </>
  )
}

const COMPLETE = '[&::-moz-progress-bar]:bg-success [&::-webkit-progress-value]:bg-success'
