import { i18n } from '@lingui/core'
import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Archive, Page } from 'backend/contract'
import { Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { archiveUrl, deleteArchive, listArchives, restoreArchive } from '../shared/admin.api.ts'
import { fileSize, fullTime, listTime } from '../../lib/format.ts'
import { serverTime } from '../../lib/serverClock.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { DownloadLink } from '../shared/DownloadLink.tsx'
import { focusView } from '../shared/view.focus.ts'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { KINDS } from './retention.format.ts'

const allArchives = async (): Promise<Page<Archive>> => ({ ...(await listArchives()), nextCursor: null })

/** Lists the archives: the files with the messages that the rules removed. */
export function RetentionArchives() {
  const archives = useAdminPages(['archives'], allArchives)
  const [asking, setAsking] = useState<{ what: 'restore' | 'delete'; archive: Archive } | null>(null)
  return (
    <AdminPanel
      title={t`Archives`}
      about={t`Compressed JSON Lines: one message on each line. You can search them on any computer. Attached files are not in them.`}
    >
      {archives.problem && (
        <ErrorState title={t`Could not load the archives`} problem={archives.problem} onRetry={archives.retry} />
      )}
      {archives.status === 'loading' && <SkeletonRows label={t`Loading the archives`} rows={2} />}
      {archives.status === 'ready' && archives.items.length === 0 && <p className="mt-3 text-ui">{t`None yet.`}</p>}
      <ul className="mt-2 divide-y divide-line" aria-label={t`Archives`}>
        {archives.items.map((archive) => {
          const { name } = archive
          return (
            <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
              <Facts archive={archive} />
              <div className="flex flex-wrap gap-2">
                <DownloadLink href={archiveUrl(name)} label={t`Download`} spoken={t`Download ${name}`} />
                <Button
                  size="sm"
                  icon={Undo2}
                  aria-label={t`Restore ${name}`}
                  onClick={() => setAsking({ what: 'restore', archive })}
                >
                  {t`Restore`}
                </Button>
                <Button
                  size="sm"
                  variant="ghost"
                  icon={Trash2}
                  className="text-err-ink!"
                  aria-label={t`Delete ${name}`}
                  onClick={() => setAsking({ what: 'delete', archive })}
                >
                  {t`Delete`}
                </Button>
              </div>
            </li>
          )
        })}
      </ul>
      {asking && (
        <AskFirst
          {...asking}
          onDone={(next) => archives.change((one) => (one.name === asking.archive.name ? next : one))}
          onClose={() => setAsking(null)}
        />
      )}
    </AdminPanel>
  )
}

function Facts({ archive: { name, kind, messages, from, to, bytes, createdAt, restoredAt } }: { archive: Archive }) {
  const label = KINDS.find((one) => one.kind === kind)?.label
  const total = plural(messages, { one: '# message', other: '# messages' })
  const [start, end, made, size] = [fullTime(from), fullTime(to), listTime(createdAt), fileSize(bytes)]
  return (
    <div className="min-w-60 grow basis-60">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{label ? i18n._(label) : kind}</span>
        {restoredAt !== null && (
          <span className="chip chip-ok" title={fullTime(restoredAt)}>
            {t`Restored`}
          </span>
        )}
      </p>
      <p className="text-cap text-muted">
        <Trans>
          {total} from <time dateTime={from}>{start}</time> to <time dateTime={to}>{end}</time>
        </Trans>
      </p>
      <p className="text-cap text-muted wrap-anywhere">{t`${size} · made ${made} · ${name}`}</p>
    </div>
  )
}

interface AskFirstProps {
  what: 'restore' | 'delete'
  archive: Archive
  /** Takes the changed archive; null when it is deleted. */
  onDone: (next: Archive | null) => void
  onClose: () => void
}

function AskFirst({ what, archive, onDone, onClose }: AskFirstProps) {
  const { pending, problem, run } = useAsyncAction()
  const restores = what === 'restore'

  async function work(): Promise<void> {
    if (!restores) {
      await deleteArchive(archive.name)
      onDone(null)
      showToast(t`The archive is deleted.`)
      return
    }
    const { restored, skipped } = await restoreArchive(archive.name)
    onDone({ ...archive, restoredAt: serverTime() })
    const back = plural(restored, { one: '# message is back.', other: '# messages are back.' })
    const others = plural(skipped, {
      one: '# was not restored: it was back already, was deleted, had only files, or its group is gone.',
      other: '# were not restored: they were back already, were deleted, had only files, or their group is gone.',
    })
    showToast(skipped === 0 ? back : `${back} ${others}`)
  }

  async function confirm(): Promise<void> {
    if (!(await run(work))) return
    onClose()
    if (!restores) focusView()
  }

  return (
    <ConfirmDialog
      open
      danger={!restores}
      title={restores ? t`Restore these messages?` : t`Delete this archive?`}
      confirmLabel={restores ? t`Restore` : t`Delete`}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {restores
          ? t`Their texts go back to their places in the conversations, without files. The rules do not remove them again. Messages that people have deleted since then stay deleted.`
          : t`It is the last copy of these messages on the server, unless they were restored. Download it first if you may need it.`}
      </p>
    </ConfirmDialog>
  )
}
