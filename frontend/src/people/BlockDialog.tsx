import { t } from '@lingui/core/macro'
import type { Problem, UserId } from 'backend/contract'
import { useState } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { useContacts } from './contacts.store.ts'
import { useUser } from './people.store.ts'
import { ConfirmDialog } from '../ui/Dialog.tsx'
import { showToast } from '../ui/toast.store.ts'
import { closeAsking } from './profileDialogs.store.ts'
import { isolate } from '../lib/isolate.ts'

/** Explains what blocking does, and blocks after a confirmation. */
export function BlockDialog({ userId }: { userId: UserId }) {
  const user = useUser(userId)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = user?.fullName ?? t`this person`

  async function block(): Promise<void> {
    setPending(true)
    try {
      await useContacts.getState().block(userId)
      showToast(t`${{ name: isolate(name) }} is blocked.`)
      closeAsking()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <ConfirmDialog
      open
      danger
      title={t`Block ${{ name: isolate(name) }}?`}
      confirmLabel={t`Block`}
      pending={pending}
      problem={problem}
      onConfirm={() => void block()}
      onClose={closeAsking}
    >
      <p>
        {t`You no longer receive their direct messages, and they are not told. Groups do not change. Messages that they send while blocked stay hidden after you unblock them.`}
      </p>
    </ConfirmDialog>
  )
}
