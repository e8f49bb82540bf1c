import { t } from '@lingui/core/macro'
import type { Conversation } from 'backend/contract'
import { useMessages } from '../timeline/messages.store.ts'
import { ConfirmDialog } from '../ui/Dialog.tsx'
import type { MessageRow } from './messageRows.model.ts'

interface DeleteMessageDialogProps {
  conversation: Conversation
  row: MessageRow
  onClose: () => void
}

/** Deleting is shown at once and goes out with what waits, so there is nothing to wait for here. */
export function DeleteMessageDialog({ conversation, row, onClose }: DeleteMessageDialogProps) {
  return (
    <ConfirmDialog
      open
      danger
      title={conversation.kind === 'broadcast' ? t`Delete this announcement?` : t`Delete this message?`}
      confirmLabel={t`Delete`}
      onClose={onClose}
      onConfirm={() => {
        onClose()
        if (row.seq !== null) useMessages.getState().remove(conversation.id, row.seq)
      }}
    >
      {row.attachments.length > 0
        ? t`It and its files are taken away for everybody, also from the server. That cannot be undone.`
        : t`Its text is taken away for everybody, also from the server. That cannot be undone.`}
    </ConfirmDialog>
  )
}
