import type { Group, Problem } from 'backend/contract'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { removeMember } from './group.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { useSession } from '../accounts/session.store.ts'
import { leaveConversation } from '../timeline/leaveConversation.action.ts'
import { Button } from '../ui/Button.tsx'
import { ConfirmDialog, Dialog } from '../ui/Dialog.tsx'
import { showToast } from '../ui/toast.store.ts'

interface LeaveGroupDialogProps {
  conversationId: string
  group: Group
  onClose: () => void
}

/** Asks before one leaves. The owner hands the group over first, or ends it as the last one. */
export function LeaveGroupDialog({ conversationId, group, onClose }: LeaveGroupDialogProps) {
  const navigate = useNavigate()
  const ownId = useSession((state) => state.user?.id)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const isLast = group.memberCount === 1

  async function leave(): Promise<void> {
    if (ownId === undefined) return
    setPending(true)
    try {
      await removeMember(conversationId, ownId)
      // Away from it before it is gone: here it is no surprise.
      await navigate('/')
      leaveConversation({ conversationId, reason: isLast ? 'ended' : 'left' })
      showToast(`You left ${group.name}.`)
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  if (group.role === 'owner' && !isLast) {
    return (
      <Dialog open onClose={onClose} title="Choose another owner first">
        <p className="mt-1 text-ui text-muted">
          A group needs an owner. Choose “Make the owner” in the menu of one of its members, then you can leave.
        </p>
        <div className="mt-5 flex justify-end">
          <Button size="sm" onClick={onClose} data-autofocus>
            All right
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <ConfirmDialog
      open
      danger
      title={`Leave ${group.name}?`}
      confirmLabel="Leave"
      pending={pending}
      problem={problem}
      onConfirm={() => void leave()}
      onClose={onClose}
    >
      {isLast
        ? 'You are the last one in it: the group ends, and its messages are gone.'
        : 'You no longer see its messages. An admin can add you again.'}
    </ConfirmDialog>
  )
}
