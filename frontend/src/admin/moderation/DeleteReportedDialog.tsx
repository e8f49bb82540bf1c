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

/** Deletes the message that was reported, for everybody. */
export function DeleteReportedDialog({ report, onDeleted, onClose }: DeleteReportedDialogProps) {
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    if (!(await run(async () => onDeleted(await deleteReportedMessage(report.id))))) return
    showToast('The message is deleted.')
    onClose()
  }

  return (
    <ConfirmDialog
      open
      danger
      title="Delete this message?"
      confirmLabel="Delete message"
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>It is gone for everybody, with its files. This report keeps its text.</p>
    </ConfirmDialog>
  )
}
