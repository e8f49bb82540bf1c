import { t } from '@lingui/core/macro'
import type { AdminReport } from 'backend/contract'
import { deleteReportedMessage } from '../shared/admin.api.ts'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

interface DeleteReportedDialogProps {
  report: AdminReport
  onDeleted: (report: AdminReport) => void
  onClose: () => void
}

/** Deletes a reported message for everybody. */
export function DeleteReportedDialog({ report, onDeleted, onClose }: DeleteReportedDialogProps) {
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    if (!(await run(async () => onDeleted(await deleteReportedMessage(report.id))))) return
    showToast(t`The message is deleted.`)
    onClose()
  }

  return (
    <ConfirmDialog
      open
      danger
      title={t`Delete this message?`}
      confirmLabel={t`Delete message`}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>{t`This deletes it for everybody, with its files. This report keeps its text.`}</p>
    </ConfirmDialog>
  )
}
