import type { Problem, UserId } from 'backend/contract'
import { useState } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { useContacts } from './contacts.store.ts'
import { usePerson } from './people.store.ts'
import { ConfirmDialog } from '../ui/Dialog.tsx'
import { showToast } from '../ui/toast.store.ts'
import { closeAsking } from './profileDialogs.store.ts'

/** Says what blocking does before it is done. */
export function BlockDialog({ userId }: { userId: UserId }) {
  const person = usePerson(userId)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = person?.fullName ?? 'this person'

  async function block(): Promise<void> {
    setPending(true)
    try {
      await useContacts.getState().block(userId)
      showToast(`${name} is blocked.`)
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
      title={`Block ${name}?`}
      confirmLabel="Block"
      pending={pending}
      problem={problem}
      onConfirm={() => void block()}
      onClose={closeAsking}
    >
      <p>
        Their direct messages no longer reach you, and they are not told. In groups nothing changes. What they write
        meanwhile stays hidden when you unblock them.
      </p>
    </ConfirmDialog>
  )
}
