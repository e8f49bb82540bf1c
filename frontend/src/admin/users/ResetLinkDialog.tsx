import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { AdminUser, ResetLink } from 'backend/contract'
import { useState } from 'react'
import { makeResetLink } from '../shared/admin.api.ts'
import { fullTime } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { OnceLink } from '../shared/OnceLink.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { isolate } from '../../lib/isolate.ts'

/** Creates a link with which a user sets a new password, and shows it once. */
export function ResetLinkDialog({ user: { id, fullName }, onClose }: { user: AdminUser; onClose: () => void }) {
  const [link, setLink] = useState<ResetLink | null>(null)
  const { pending, problem, run } = useAsyncAction()

  const until = link && fullTime(link.expiresAt)
  return (
    <Dialog open onClose={onClose} title={t`New password for ${{ fullName: isolate(fullName) }}`} size="wide">
      {link ? (
        <>
          <p className="mt-1 mb-4 text-ui text-muted">
            <Trans>
              This link works once, until <time dateTime={link.expiresAt}>{until}</time>. Earlier links no longer work.
            </Trans>
          </p>
          <OnceLink
            label={t`Link to a new password`}
            path={`/reset/${link.token}`}
            hint={t`It is shown only here and now. Give it only to the person that it is for.`}
          />
          <div className="mt-5 flex justify-end">
            <Button size="sm" onClick={onClose}>
              {t`Done`}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className="mt-1 mb-3 text-ui text-muted">
            {t`This makes a link with which they choose a new password. It works for a day. Until then the old password works; afterwards they are signed out everywhere. You do not see the new password.`}
          </p>
          <FormAlert lead={t`No link was made.`} problem={problem} />
          <div className="mt-5 flex justify-end gap-2">
            <Button variant="ghost" size="sm" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button
              variant="primary"
              size="sm"
              pending={pending}
              data-autofocus
              onClick={() => void run(async () => setLink(await makeResetLink(id)))}
            >
              {t`Make a link`}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
