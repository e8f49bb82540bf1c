import type { RetentionCount, RetentionRun } from 'backend/contract'
import { useEffect, useRef, useState } from 'react'
import { countOldMessages, getRetentionRun, startRetentionRun } from '../shared/admin.api.ts'
import { count, fullTime } from '../../lib/format.ts'
import { useAdminJob } from '../shared/useAdminJob.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { ErrorLine } from '../../ui/States.tsx'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { countsLabel, totalOf } from './retention.format.ts'

interface RetentionRunPanelProps {
  /** Whether anything can go at all. */
  hasRules: boolean
  onEnded: () => void
}

/** Removes old messages now instead of waiting for the time it happens by itself. */
export function RetentionRunPanel({ hasRules, onEnded }: RetentionRunPanelProps) {
  const { job: run, problem, look, take } = useAdminJob('retention', getRetentionRun, isRunning)
  const [counts, setCounts] = useState<RetentionCount | null>(null)
  const counting = useAsyncAction()
  const starting = useAsyncAction()
  useWhenEnded(run, onEnded)

  async function start(): Promise<void> {
    const isStarted = await starting.run(async () => take(await startRetentionRun()))
    if (isStarted) setCounts(null)
  }

  const isUnderWay = run !== null && isRunning(run)
  return (
    <AdminPanel
      title="Remove old messages now"
      about="It also happens by itself, every hour. First you are told how many messages go."
    >
      <div className="mt-3 space-y-3">
        {run && <Progress run={run} />}
        {problem && <ErrorLine onRetry={look}>Could not see how far it is. {problem.detail}</ErrorLine>}
        <FormAlert lead="Not counted." problem={counting.problem} />
        {!hasRules && !isUnderWay && (
          <p className="text-ui">Everything is kept for ever, so there is nothing to remove.</p>
        )}
        {hasRules && !isUnderWay && (
          <Button
            size="sm"
            pending={counting.pending}
            onClick={() => void counting.run(async () => setCounts(await countOldMessages()))}
          >
            Run now
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={counts !== null}
        danger={counts !== null && totalOf(counts) > 0}
        title="Remove old messages?"
        confirmLabel="Remove them"
        pending={starting.pending}
        problem={starting.problem}
        onConfirm={() => void start()}
        onClose={() => setCounts(null)}
      >
        {counts && (
          <p>
            By the saved rules, {countsLabel(counts)} go now. What is deleted, and not archived, cannot be brought back.
          </p>
        )}
      </ConfirmDialog>
    </AdminPanel>
  )
}

function Progress({ run }: { run: RetentionRun }) {
  const { state, startedAt, finishedAt, removed, total, problem } = run
  const done = totalOf(removed)
  if (state === 'never') return <p className="text-ui text-muted">It has not run yet.</p>
  if (state === 'running') {
    return (
      <div>
        <progress className="progress-line" aria-label="Removing old messages" max={Math.max(1, total)} value={done} />
        <p role="status" className="mt-1 text-sec text-muted tabular-nums">
          {count(done)} of {count(total)} messages removed
        </p>
      </div>
    )
  }
  const at = finishedAt ?? startedAt ?? ''
  return (
    <p role="status" className={`text-ui ${state === 'failed' ? 'text-err-ink' : 'text-muted'}`}>
      Last run <time dateTime={at}>{fullTime(at)}</time>: {countsLabel(removed)} removed.
      {state === 'failed' && ` It did not come to its end. ${problem ?? ''}`}
    </p>
  )
}

const isRunning = ({ state }: RetentionRun): boolean => state === 'running'

/** Calls when a run that was under way is no longer. */
function useWhenEnded(run: RetentionRun | null, onEnded: () => void): void {
  const wasRunning = useRef(false)
  const ended = useRef(onEnded)
  useEffect(() => {
    ended.current = onEnded
  })
  useEffect(() => {
    if (!run) return
    if (wasRunning.current && !isRunning(run)) ended.current()
    wasRunning.current = isRunning(run)
  }, [run])
}
