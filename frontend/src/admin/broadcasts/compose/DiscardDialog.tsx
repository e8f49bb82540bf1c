import { t } from '@lingui/core/macro'
import type { BroadcastId, Problem } from 'backend/contract'
import { useState } from 'react'
import { deleteDraft } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { ConfirmDialog } from '../../../ui/Dialog.tsx'

interface DiscardDialogProps {
  open: boolean
  /** Null: the draft is only on this device. */
  id: BroadcastId | null
  onDone: () => void
  onClose: () => void
}

/** Asks before a draft is deleted. */
export function DiscardDialog({ open, id, onDone, onClose }: DiscardDialogProps) {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function discard(): Promise<void> {
    setPending(true)
    setProblem(null)
    try {
      if (id !== null) await deleteUnlessGone(id)
      onDone()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <ConfirmDialog
      open={open}
      title={t`Delete this draft?`}
      confirmLabel={t`Delete`}
      cancelLabel={t`Keep it`}
      danger
      pending={pending}
      problem={problem}
      onConfirm={() => void discard()}
      onClose={() => {
        setProblem(null)
        onClose()
      }}
    >
      {t`It was not sent. This deletes it with its files.`}
    </ConfirmDialog>
  )
}

async function deleteUnlessGone(id: BroadcastId): Promise<void> {
  try {
    await deleteDraft(id)
  } catch (error) {
    if (asProblem(error).code !== 'not_found') throw error
  }
  useBroadcasts.getState().drop(id)
}
