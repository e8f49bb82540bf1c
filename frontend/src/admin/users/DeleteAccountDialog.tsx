import type { AdminUser } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { deleteUser } from '../shared/admin.api.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { Radios } from '../shared/Choice.tsx'
import { focusView } from '../shared/view.focus.ts'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

interface DeleteAccountDialogProps {
  person: AdminUser
  onDeleted: () => void
  onClose: () => void
}

/** Takes a person out of the server, with or without what they wrote. The username has to be typed: there is no way back. */
export function DeleteAccountDialog({ person, onDeleted, onClose }: DeleteAccountDialogProps) {
  const { id, fullName, username, state } = person
  const isGone = state === 'deleted'
  const [what, setWhat] = useState<'keep' | 'delete'>(isGone ? 'delete' : 'keep')
  const [typed, setTyped] = useState('')
  const [missed, setMissed] = useState(false)
  const { pending, problem, run } = useAsyncAction()
  // A name that was given to a deleted account is no name to type.
  const word = isGone ? 'delete' : username
  const isConfirmed = typed.trim().toLowerCase() === word.toLowerCase()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setMissed(!isConfirmed)
    if (!isConfirmed || !(await run(async () => void (await deleteUser(id, what === 'delete'))))) return
    showToast(
      isGone
        ? 'All their messages are deleted.'
        : what === 'delete'
          ? `${fullName} is deleted, with all messages.`
          : `${fullName} is deleted.`,
    )
    onDeleted()
    onClose()
    focusView()
  }

  return (
    <Dialog
      open
      onClose={pending ? stay : onClose}
      title={isGone ? 'Delete their messages?' : `Delete ${fullName}?`}
      size="wide"
    >
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <p className="mt-1 text-ui text-muted">
          {isGone
            ? 'The account is gone already. This deletes everything it wrote, in every conversation.'
            : 'They are signed out at once. Name, e-mail address, picture and all else about them is deleted, and they leave their groups. This cannot be taken back: export their data first if it may be needed.'}
        </p>
        {!isGone && <Radios label="Their messages" value={what} options={WHATS} onChange={setWhat} />}
        <TextField
          label={`Type ${word} to confirm`}
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          error={missed && !isConfirmed ? (isGone ? 'That is another word.' : 'That is another username.') : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        <FormAlert lead="Not deleted, or not all of it." problem={problem} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" size="sm" data-autofocus onClick={pending ? stay : onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="danger" size="sm" pending={pending}>
            Delete
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const WHATS = [
  { value: 'keep', label: 'Keep their messages', hint: 'They stay in the conversations, as of “Deleted account”.' },
  {
    value: 'delete',
    label: 'Delete their messages too',
    hint: 'Everywhere, with pictures and files. Others see that something was deleted.',
  },
] as const

const stay = (): void => {}
