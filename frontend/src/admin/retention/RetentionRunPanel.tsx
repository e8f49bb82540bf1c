import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { RetentionCount, RetentionRun } from 'backend/contract'
import { useEffect, useRef, useState } from 'react'
import { problemText } from '../../lib/problemText.ts'
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
  /** At least one rule removes messages. */
  hasRules: boolean
  onEnded: () => void
}

/** Removes old messages now, without waiting for the hourly run. */
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

  const goes = counts ? countsLabel(counts) : ''
  const isInProgress = run !== null && isRunning(run)
  return (
    <AdminPanel
      title={t`Remove old messages now`}
      about={t`The server also does this by itself, every hour. Before it starts, you see how many messages go.`}
    >
      <div className="mt-3 space-y-3">
        {run && <Progress run={run} />}
        {problem && (
          <ErrorLine onRetry={look}>
            {t`Could not load the progress.`} {problemText(problem)}
          </ErrorLine>
        )}
        <FormAlert lead={t`Not counted.`} problem={counting.problem} />
        {!hasRules && !isInProgress && (
          <p className="text-ui">{t`All messages are kept for ever, so there is nothing to remove.`}</p>
        )}
        {hasRules && !isInProgress && (
          <Button
            size="sm"
            pending={counting.pending}
            onClick={() => void counting.run(async () => setCounts(await countOldMessages()))}
          >
            {t`Run now`}
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={counts !== null}
        danger={counts !== null && totalOf(counts) > 0}
        title={t`Remove old messages?`}
        confirmLabel={t`Remove them`}
        pending={starting.pending}
        problem={starting.problem}
        onConfirm={() => void start()}
        onClose={() => setCounts(null)}
      >
        {counts && (
          <p>{t`By the saved rules, ${goes} go now. Messages that are deleted and not archived cannot be restored.`}</p>
        )}
      </ConfirmDialog>
    </AdminPanel>
  )
}

function Progress({ run }: { run: RetentionRun }) {
  const { state, startedAt, finishedAt, removed, total, problem } = run
  const done = totalOf(removed)
  if (state === 'never') return <p className="text-ui text-muted">{t`It has not run yet.`}</p>
  if (state === 'running') {
    const [doneLabel, totalLabel] = [count(done), count(total)]
    return (
      <div>
        <progress
          className="progress-line"
          aria-label={t`Removing old messages`}
          max={Math.max(1, total)}
          value={done}
        />
        <p role="status" className="mt-1 text-sec text-muted tabular-nums">
          {t`${doneLabel} of ${totalLabel} messages removed`}
        </p>
      </div>
    )
  }
  const at = finishedAt ?? startedAt ?? ''
  const [time, gone, reason] = [fullTime(at), countsLabel(removed), problem ?? '']
  return (
    <p role="status" className={`text-ui ${state === 'failed' ? 'text-err-ink' : 'text-muted'}`}>
      <Trans>
        Last run <time dateTime={at}>{time}</time>: {gone} removed.
      </Trans>
      {state === 'failed' && <> {t`It did not finish. ${reason}`}</>}
    </p>
  )
}

const isRunning = ({ state }: RetentionRun): boolean => state === 'running'

/** Calls `onEnded` when a run that was in progress has ended. */
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
