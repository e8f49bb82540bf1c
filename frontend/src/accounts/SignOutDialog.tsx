import { plural, t } from '@lingui/core/macro'
import { ConfirmDialog } from '../ui/Dialog.tsx'
import { useSignOut, useSignOutQuestion } from './useSignOut.ts'

/** Asks before a sign-out that deletes unsent texts. It stands once in the page; `useSignOut` opens it. */
export function SignOutDialog() {
  const { unsent } = useSignOutQuestion()
  const { signOutNow, pending } = useSignOut()
  const { messages = 0, drafts = 0, files = 0 } = unsent ?? {}
  return (
    <ConfirmDialog
      open={unsent !== null}
      title={t`Sign out and delete what is not sent?`}
      confirmLabel={t`Sign out`}
      cancelLabel={t`Stay signed in`}
      danger
      pending={pending}
      onConfirm={signOutNow}
      onClose={() => useSignOutQuestion.setState({ unsent: null })}
    >
      <p>{t`Signing out deletes your drafts and unsent messages from this device. You have here:`}</p>
      <ul className="mt-2 list-disc ps-5">
        {messages > 0 && <li>{plural(messages, { one: '# unsent message', other: '# unsent messages' })}</li>}
        {drafts > 0 && <li>{plural(drafts, { one: '# draft', other: '# drafts' })}</li>}
        {files > 0 && <li>{plural(files, { one: '# file that is not sent', other: '# files that are not sent' })}</li>}
      </ul>
    </ConfirmDialog>
  )
}
