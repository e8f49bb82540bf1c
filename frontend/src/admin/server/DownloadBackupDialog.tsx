import { t } from '@lingui/core/macro'
import type { Backup } from 'backend/contract'
import { useState } from 'react'
import { ApiProblem, asProblem, withText } from '../../connection/problem.model.ts'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { PasswordField } from '../../ui/Field.tsx'
import { backupUrl, unlockBackup } from '../shared/admin.api.ts'
import { download } from '../shared/download.action.ts'
import { FormAlert } from '../shared/FormAlert.tsx'

/** Asks for the admin's password again, and then saves the backup. */
export function DownloadBackupDialog({ backup: { name }, onClose }: { backup: Backup; onClose: () => void }) {
  const [password, setPassword] = useState('')
  const { pending, problem, run } = useAsyncAction()

  async function save(): Promise<void> {
    const isDone = await run(async () => {
      const { token } = await unlock(name, password)
      await download(backupUrl(name, token))
    })
    if (isDone) onClose()
  }

  return (
    <Dialog open onClose={onClose} title={t`Download this backup?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <p className="mt-1 mb-4 text-ui text-muted">
          {t`It holds all messages and files. Enter your password again, and keep the file as safe as the password.`}
        </p>
        <PasswordField
          label={t`Your password`}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <div className="mt-3">
          <FormAlert lead={t`Not downloaded.`} problem={problem} />
        </div>
        <div className="mt-5 flex justify-end gap-2">
          <Button size="sm" onClick={onClose}>
            {t`Cancel`}
          </Button>
          <Button size="sm" type="submit" variant="primary" pending={pending} disabled={password === ''}>
            {t`Download`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** @throws ApiProblem */
async function unlock(name: string, password: string): Promise<{ token: string }> {
  try {
    return await unlockBackup(name, password)
  } catch (error) {
    const problem = asProblem(error)
    throw new ApiProblem(
      problem.code === 'invalid_credentials' ? withText(problem, t`This is not your password.`) : problem,
    )
  }
}
