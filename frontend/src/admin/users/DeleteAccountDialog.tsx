import { t } from '@lingui/core/macro'
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
import { isolate } from '../../lib/isolate.ts'

interface DeleteAccountDialogProps {
  user: AdminUser
  onDeleted: () => void
  onClose: () => void
}

/** Deletes an account, with or without its messages. The admin must type the username, because nothing brings it back. */
export function DeleteAccountDialog({ user, onDeleted, onClose }: DeleteAccountDialogProps) {
  const { id, fullName, username, state } = user
  const isGone = state === 'deleted'
  const [what, setWhat] = useState<'keep' | 'delete'>(isGone ? 'delete' : 'keep')
  const [typed, setTyped] = useState('')
  const [missed, setMissed] = useState(false)
  const { pending, problem, run } = useAsyncAction()
  // A deleted account has no username of its own, so the admin types a word instead.
  const word = isGone ? 'delete' : username
  const isConfirmed = typed.trim().toLowerCase() === word.toLowerCase()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    setMissed(!isConfirmed)
    if (!isConfirmed || !(await run(async () => void (await deleteUser(id, what === 'delete'))))) return
    showToast(
      isGone
        ? t`All their messages are deleted.`
        : what === 'delete'
          ? t`${{ fullName: isolate(fullName) }} is deleted, with all messages.`
          : t`${{ fullName: isolate(fullName) }} is deleted.`,
    )
    onDeleted()
    onClose()
    focusView()
  }

  return (
    <Dialog
      open
      onClose={pending ? stay : onClose}
      title={isGone ? t`Delete their messages?` : t`Delete ${{ fullName: isolate(fullName) }}?`}
      size="wide"
    >
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <p className="mt-1 text-ui text-muted">
          {isGone
            ? t`The account is already deleted. This deletes its messages in every conversation.`
            : t`They are signed out at once and leave their groups. Their name, e-mail address, picture and all other data are deleted. You cannot undo this. Export their data first if you may need it.`}
        </p>
        {!isGone && <Radios label={t`Their messages`} value={what} options={messageOptions()} onChange={setWhat} />}
        <TextField
          label={t`Type ${word} to confirm`}
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          error={
            missed && !isConfirmed ? (isGone ? t`That is another word.` : t`That is another username.`) : undefined
          }
          onChange={(event) => setTyped(event.target.value)}
        />
        <FormAlert lead={t`Not deleted, or not all of it.`} problem={problem} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" size="sm" data-autofocus onClick={pending ? stay : onClose}>
            {t`Cancel`}
          </Button>
          <Button type="submit" variant="danger" size="sm" pending={pending}>
            {t`Delete`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const messageOptions = () =>
  [
    {
      value: 'keep',
      label: t`Keep their messages`,
      hint: t`They stay in the conversations, under the name “Deleted account”.`,
    },
    {
      value: 'delete',
      label: t`Delete their messages too`,
      hint: t`In all conversations, with pictures and files. Other people see that a message was deleted.`,
    },
  ] as const

const stay = (): void => {}
