import type { AdminUser } from 'backend/contract'
import { disableUser, endSessions, setRole } from '../shared/admin.api.ts'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { DeleteAccountDialog } from './DeleteAccountDialog.tsx'
import { MuteDialog } from './MuteDialog.tsx'
import type { Asking, Changed } from './user.actions.ts'
import { ResetLinkDialog } from './ResetLinkDialog.tsx'

interface UserDialogProps {
  asking: Asking
  onChanged: Changed
  onClose: () => void
}

/** Says what an action does to a person, and does it when that is wanted. */
export function UserDialog({ asking: { action, person }, onChanged, onClose }: UserDialogProps) {
  if (action === 'mute')
    return <MuteDialog person={person} onMuted={(next) => onChanged(next, person.id)} onClose={onClose} />
  if (action === 'reset') return <ResetLinkDialog person={person} onClose={onClose} />
  if (action === 'delete')
    return (
      <DeleteAccountDialog
        person={person}
        onDeleted={() => onChanged(person.state === 'deleted' ? person : null, person.id)}
        onClose={onClose}
      />
    )
  return <ConfirmFirst {...QUESTIONS[action](person)} person={person} onChanged={onChanged} onClose={onClose} />
}

interface Question {
  title: string
  text: string
  confirmLabel: string
  danger: boolean
  /** Null: the person stays as they are. */
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
  person,
  onChanged,
  onClose,
}: Question & Pick<UserDialogProps, 'onChanged' | 'onClose'> & { person: AdminUser }) {
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    const isDone = await run(async () => {
      const next = await work()
      if (next) onChanged(next, person.id)
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

const QUESTIONS: Record<'role' | 'disable' | 'logout', (person: AdminUser) => Question> = {
  role: ({ id, fullName, role }) =>
    role === 'admin'
      ? {
          title: `Make ${fullName} a member?`,
          text: 'They can no longer open the admin panel or send broadcasts. They are signed out everywhere, and sign in again as a member.',
          confirmLabel: 'Make a member',
          danger: false,
          work: () => setRole(id, 'member'),
          done: `${fullName} is a member now.`,
        }
      : {
          title: `Make ${fullName} an admin?`,
          text: 'They can do everything here: send broadcasts, see reports, change settings, and disable or delete people, you too. They are signed out everywhere, and sign in again as an admin.',
          confirmLabel: 'Make an admin',
          danger: false,
          work: () => setRole(id, 'admin'),
          done: `${fullName} is an admin now.`,
        },
  disable: ({ id, fullName }) => ({
    title: `Disable ${fullName}?`,
    text: 'They are signed out everywhere at once, and cannot sign in until you enable them again. What they wrote stays, and so do their groups.',
    confirmLabel: 'Disable',
    danger: true,
    work: () => disableUser(id),
    done: `${fullName} is disabled and signed out.`,
  }),
  logout: ({ id, fullName }) => ({
    title: `Sign ${fullName} out everywhere?`,
    text: 'Every open page of theirs goes to the sign-in page at once. They can sign in again with their password.',
    confirmLabel: 'Sign out',
    danger: false,
    work: async () => {
      await endSessions(id)
      return null
    },
    done: `${fullName} is signed out everywhere.`,
  }),
}
