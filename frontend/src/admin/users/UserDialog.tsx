import { t } from '@lingui/core/macro'
import type { AdminUser } from 'backend/contract'
import { disableUser, endSessions, setRole } from '../shared/admin.api.ts'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { DeleteAccountDialog } from './DeleteAccountDialog.tsx'
import { MuteDialog } from './MuteDialog.tsx'
import type { Asking, Changed } from './user.actions.ts'
import { ResetLinkDialog } from './ResetLinkDialog.tsx'
import { isolate } from '../../lib/isolate.ts'

interface UserDialogProps {
  asking: Asking
  onChanged: Changed
  onClose: () => void
}

/** Explains an action on a user, and does it when the admin confirms. */
export function UserDialog({ asking: { action, user }, onChanged, onClose }: UserDialogProps) {
  if (action === 'mute')
    return <MuteDialog user={user} onMuted={(next) => onChanged(next, user.id)} onClose={onClose} />
  if (action === 'reset') return <ResetLinkDialog user={user} onClose={onClose} />
  if (action === 'delete')
    return (
      <DeleteAccountDialog
        user={user}
        onDeleted={() => onChanged(user.state === 'deleted' ? user : null, user.id)}
        onClose={onClose}
      />
    )
  return <ConfirmFirst {...QUESTIONS[action](user)} user={user} onChanged={onChanged} onClose={onClose} />
}

interface Question {
  title: string
  text: string
  confirmLabel: string
  danger: boolean
  /** Resolves to the changed user; null when the list stays as it is. */
  work: () => Promise<AdminUser | null>
  done: string
}

function ConfirmFirst({
  title,
  text,
  confirmLabel,
  danger,
  work,
  done,
  user,
  onChanged,
  onClose,
}: Question & Pick<UserDialogProps, 'onChanged' | 'onClose'> & { user: AdminUser }) {
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    const isDone = await run(async () => {
      const next = await work()
      if (next) onChanged(next, user.id)
    })
    if (!isDone) return
    showToast(done)
    onClose()
  }

  return (
    <ConfirmDialog
      open
      title={title}
      confirmLabel={confirmLabel}
      danger={danger}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>{text}</p>
    </ConfirmDialog>
  )
}

const QUESTIONS: Record<'role' | 'disable' | 'logout', (user: AdminUser) => Question> = {
  role: ({ id, fullName, role }) =>
    role === 'admin'
      ? {
          title: t`Make ${{ fullName: isolate(fullName) }} a member?`,
          text: t`They can no longer open the admin panel or send broadcasts. They are signed out everywhere and sign in again as a member.`,
          confirmLabel: t`Make a member`,
          danger: false,
          work: () => setRole(id, 'member'),
          done: t`${{ fullName: isolate(fullName) }} is a member now.`,
        }
      : {
          title: t`Make ${{ fullName: isolate(fullName) }} an admin?`,
          text: t`They can do everything in the admin panel: send broadcasts, see reports, change settings, and disable or delete people, also you. They are signed out everywhere and sign in again as an admin.`,
          confirmLabel: t`Make an admin`,
          danger: false,
          work: () => setRole(id, 'admin'),
          done: t`${{ fullName: isolate(fullName) }} is an admin now.`,
        },
  disable: ({ id, fullName }) => ({
    title: t`Disable ${{ fullName: isolate(fullName) }}?`,
    text: t`They are signed out everywhere at once and cannot sign in until you enable them again. Their messages and groups stay.`,
    confirmLabel: t`Disable`,
    danger: true,
    work: () => disableUser(id),
    done: t`${{ fullName: isolate(fullName) }} is disabled and signed out.`,
  }),
  logout: ({ id, fullName }) => ({
    title: t`Sign ${{ fullName: isolate(fullName) }} out everywhere?`,
    text: t`Each page that they have open shows the sign-in page at once. They can sign in again with their password.`,
    confirmLabel: t`Sign out`,
    danger: false,
    work: async () => {
      await endSessions(id)
      return null
    },
    done: t`${{ fullName: isolate(fullName) }} is signed out everywhere.`,
  }),
}
