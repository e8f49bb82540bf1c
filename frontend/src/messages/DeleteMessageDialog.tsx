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

/** Asks before a message is deleted. The page shows the deletion at once and the outbox sends it, so the dialog closes at once. */
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
        ? t`It and its files are deleted for everybody, also on the server. This cannot be undone.`
        : t`Its text is deleted for everybody, also on the server. This cannot be undone.`}
    </ConfirmDialog>
  )
}
