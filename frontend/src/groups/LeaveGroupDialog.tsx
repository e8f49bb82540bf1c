import { t } from '@lingui/core/macro'
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
import { isolate } from '../lib/isolate.ts'

interface LeaveGroupDialogProps {
  conversationId: string
  group: Group
  onClose: () => void
}

/** Asks before the user leaves the group. An owner must choose a new owner first, or be the last member. */
export function LeaveGroupDialog({ conversationId, group, onClose }: LeaveGroupDialogProps) {
  const navigate = useNavigate()
  const ownId = useSession((state) => state.user?.id)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const { name } = group
  const isLast = group.memberCount === 1

  async function leave(): Promise<void> {
    if (ownId === undefined) return
    setPending(true)
    try {
      await removeMember(conversationId, ownId)
      // Leave the page before the conversation is gone, so that no notice about it appears.
      await navigate('/')
      leaveConversation({ conversationId, reason: isLast ? 'ended' : 'left' })
      showToast(t`You left ${{ name: isolate(name) }}.`)
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  if (group.role === 'owner' && !isLast) {
    return (
      <Dialog open onClose={onClose} title={t`Choose another owner first`}>
        <p className="mt-1 text-ui text-muted">
          {t`A group needs an owner. Choose “Make the owner” in a member’s menu. Then you can leave.`}
        </p>
        <div className="mt-5 flex justify-end">
          <Button size="sm" onClick={onClose} data-autofocus>
            {t`OK`}
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <ConfirmDialog
      open
      danger
      title={t`Leave ${{ name: isolate(name) }}?`}
      confirmLabel={t`Leave`}
      pending={pending}
      problem={problem}
      onConfirm={() => void leave()}
      onClose={onClose}
    >
      {isLast
        ? t`You are the last member. The group and its messages will be deleted.`
        : t`You will no longer see its messages. An admin can add you again.`}
    </ConfirmDialog>
  )
}
