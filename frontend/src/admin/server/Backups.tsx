import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Backup } from 'backend/contract'
import { DatabaseBackup, Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { problemText } from '../../lib/problemText.ts'
import { deleteBackup, listBackups, startBackup } from '../shared/admin.api.ts'
import { fileSize, fullTime } from '../../lib/format.ts'
import { useAdminJob } from '../shared/useAdminJob.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { DownloadBackupDialog } from './DownloadBackupDialog.tsx'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { focusView } from '../shared/view.focus.ts'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

const isAnyRunning = (backups: Backup[]): boolean => backups.some(({ state }) => state === 'running')
const allBackups = async (): Promise<Backup[]> => (await listBackups()).items

/** Lists the backups, and makes one while the server runs. */
export function Backups() {
  const { job: backups, problem, look, take } = useAdminJob('backups', allBackups, isAnyRunning)
  const [deleting, setDeleting] = useState<Backup | null>(null)
  const [downloading, setDownloading] = useState<Backup | null>(null)
  const starting = useAsyncAction()
  const isRunning = backups !== null && isAnyRunning(backups)

  async function start(): Promise<void> {
    const begun = await startBackup()
    // When another admin has started it, it is already in the list.
    take([begun, ...(backups ?? []).filter(({ name }) => name !== begun.name)])
  }

  return (
    <AdminPanel
      title={t`Backups`}
      about={t`A copy of all data and files at one moment. People can use the chat meanwhile. Keep it as safe as a password: a person who has it can read everything. The last three stay here. Pictures and files in S3 are not in it.`}
      actions={
        !isRunning && (
          <Button size="sm" icon={DatabaseBackup} pending={starting.pending} onClick={() => void starting.run(start)}>
            {t`Back up now`}
          </Button>
        )
      }
    >
      <div className="mt-2">
        <FormAlert lead={t`The backup did not start.`} problem={starting.problem} />
      </div>
      {problem && backups === null && (
        <ErrorState title={t`Could not load the backups`} problem={problem} onRetry={look} />
      )}
      {!problem && backups === null && <SkeletonRows label={t`Loading the backups`} rows={2} />}
      {problem && backups !== null && (
        <p role="alert" className="text-sec text-muted">
          {t`Could not load the progress.`} {problemText(problem)}
        </p>
      )}
      {backups?.length === 0 && <p className="mt-1 text-ui">{t`None yet.`}</p>}
      <ul className="divide-y divide-line" aria-label={t`Backups`}>
        {backups?.map((backup) => (
          <Row
            key={backup.name}
            backup={backup}
            onDownload={() => setDownloading(backup)}
            onDelete={() => setDeleting(backup)}
          />
        ))}
      </ul>
      {downloading && <DownloadBackupDialog backup={downloading} onClose={() => setDownloading(null)} />}
      {deleting && (
        <DeleteDialog
          backup={deleting}
          onDeleted={() => take((backups ?? []).filter(({ name }) => name !== deleting.name))}
          onClose={() => setDeleting(null)}
        />
      )}
    </AdminPanel>
  )
}

function Row({
  backup: { name, state, createdAt, progress, bytes, problem },
  onDownload,
  onDelete,
}: {
  backup: Backup
  onDownload: () => void
  onDelete: () => void
}) {
  const percent = Math.floor(progress * 100)
  const size = fileSize(bytes)
  const reason = problem ?? ''
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-60 grow basis-60">
        <p className="font-semibold">
          <time dateTime={createdAt}>{fullTime(createdAt)}</time>
        </p>
        {state === 'running' ? (
          <>
            <progress className="progress-line mt-1.5" aria-label={t`Making the backup`} max={100} value={percent} />
            <p role="status" className="mt-1 text-cap text-muted tabular-nums">
              {bytes > 0 ? t`${percent}%, ${size}` : t`${percent}%`}
            </p>
          </>
        ) : (
          <p className={`text-cap wrap-anywhere ${state === 'failed' ? 'text-err-ink' : 'text-muted'}`}>
            {state === 'failed' ? t`The backup failed. ${reason}` : `${size} · ${name}`}
          </p>
        )}
      </div>
      {state !== 'running' && (
        <div className="flex flex-wrap gap-2">
          {state === 'done' && (
            <Button size="sm" icon={Download} aria-label={t`Download ${name}`} onClick={onDownload}>
              {t`Download`}
            </Button>
          )}
          <Button
            size="sm"
            variant="ghost"
            icon={Trash2}
            className="text-err-ink!"
            aria-label={t`Delete ${name}`}
            onClick={onDelete}
          >
            {t`Delete`}
          </Button>
        </div>
      )}
    </li>
  )
}

function DeleteDialog({ backup, onDeleted, onClose }: { backup: Backup; onDeleted: () => void; onClose: () => void }) {
  const time = fullTime(backup.createdAt)
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    if (!(await run(async () => void (await deleteBackup(backup.name))))) return
    showToast(t`The backup is deleted.`)
    onDeleted()
    onClose()
    focusView()
  }

  return (
    <ConfirmDialog
      open
      danger
      title={t`Delete this backup?`}
      confirmLabel={t`Delete`}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        <Trans>
          This deletes the copy of <time dateTime={backup.createdAt}>{time}</time> from the server. Downloaded copies
          stay.
        </Trans>
      </p>
    </ConfirmDialog>
  )
}
