import type { Archive, Page } from 'backend/contract'
import { Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { archiveUrl, deleteArchive, listArchives, restoreArchive } from '../shared/admin.api.ts'
import { fileSize } from '../../uploads/file.format.ts'
import { count, fullTime, listTime } from '../../lib/format.ts'
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

/** The files of messages that were archived. */
export function RetentionArchives() {
  const archives = useAdminPages(['archives'], allArchives)
  const [asking, setAsking] = useState<{ what: 'restore' | 'delete'; archive: Archive } | null>(null)
  return (
    <AdminPanel
      title="Archives"
      about="Compressed JSON Lines: one message on each line, to be searched on any computer. The contents of files are not in them."
    >
      {archives.problem && (
        <ErrorState title="Could not load the archives" problem={archives.problem} onRetry={archives.retry} />
      )}
      {archives.status === 'loading' && <SkeletonRows label="Loading the archives" rows={2} />}
      {archives.status === 'ready' && archives.items.length === 0 && <p className="mt-3 text-ui">None yet.</p>}
      <ul className="mt-2 divide-y divide-line" aria-label="Archives">
        {archives.items.map((archive) => (
          <li key={archive.name} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
            <Facts archive={archive} />
            <div className="flex flex-wrap gap-2">
              <DownloadLink href={archiveUrl(archive.name)} label="Download" name={archive.name} />
              <Button
                size="sm"
                icon={Undo2}
                aria-label={`Restore ${archive.name}`}
                onClick={() => setAsking({ what: 'restore', archive })}
              >
                Restore
              </Button>
              <Button
                size="sm"
                variant="ghost"
                icon={Trash2}
                className="text-err-ink!"
                aria-label={`Delete ${archive.name}`}
                onClick={() => setAsking({ what: 'delete', archive })}
              >
                Delete
              </Button>
            </div>
          </li>
        ))}
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
  return (
    <div className="min-w-60 grow basis-60">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{KINDS.find((one) => one.kind === kind)?.label ?? kind}</span>
        {restoredAt !== null && (
          <span className="chip chip-ok" title={fullTime(restoredAt)}>
            Restored
          </span>
        )}
      </p>
      <p className="text-cap text-muted">
        {messages === 1 ? '1 message' : `${count(messages)} messages`} from{' '}
        <time dateTime={from}>{fullTime(from)}</time> to <time dateTime={to}>{fullTime(to)}</time>
      </p>
      <p className="text-cap text-muted wrap-anywhere">
        {fileSize(bytes)} · made {listTime(createdAt)} · {name}
      </p>
    </div>
  )
}

interface AskFirstProps {
  what: 'restore' | 'delete'
  archive: Archive
  /** Null: it is gone. */
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
      showToast('The archive is deleted.')
      return
    }
    const { restored, skipped } = await restoreArchive(archive.name)
    onDone({ ...archive, restoredAt: new Date().toISOString() })
    const others =
      skipped === 0
        ? ''
        : ` ${count(skipped)} were back already, were deleted, had only files, or are of a group that is gone.`
    showToast(`${restored === 1 ? '1 message is' : `${count(restored)} messages are`} back.${others}`)
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
      title={restores ? 'Bring these messages back?' : 'Delete this archive?'}
      confirmLabel={restores ? 'Restore' : 'Delete'}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {restores
          ? 'Their texts return to their places in the conversations, without their files, and the rules do not remove them again. What people have deleted since stays deleted.'
          : 'It is the last copy of these messages here, unless they were restored. Download it first if it may be needed.'}
      </p>
    </ConfirmDialog>
  )
}
