import type { AdminUser, ResetLink } from 'backend/contract'
import { useState } from 'react'
import { makeResetLink } from '../shared/admin.api.ts'
import { fullTime } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { OnceLink } from '../shared/OnceLink.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

/** Makes a link by which somebody chooses a new password, and shows it once. */
export function ResetLinkDialog({ person: { id, fullName }, onClose }: { person: AdminUser; onClose: () => void }) {
  const [link, setLink] = useState<ResetLink | null>(null)
  const { pending, problem, run } = useAsyncAction()

  return (
    <Dialog open onClose={onClose} title={`New password for ${fullName}`} size="wide">
      {link ? (
        <>
          <p className="mt-1 mb-4 text-ui text-muted">
            Works once, until <time dateTime={link.expiresAt}>{fullTime(link.expiresAt)}</time>. A link made earlier no
            longer works.
          </p>
          <OnceLink
            label="Link to a new password"
            path={`/reset/${link.token}`}
            hint="It is shown only here and now. Give it to nobody but the person it is for."
          />
          <div className="mt-5 flex justify-end">
            <Button size="sm" onClick={onClose}>
              Done
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className="mt-1 mb-3 text-ui text-muted">
            Makes a link by which they choose a new password, within a day. Until they do, the old password goes on
            working; when they have, they are signed out everywhere. You never learn the new one.
          </p>
          <FormAlert lead="No link was made." problem={problem} />
          <div className="mt-5 flex justify-end gap-2">
            <Button variant="ghost" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              size="sm"
              pending={pending}
              data-autofocus
              onClick={() => void run(async () => setLink(await makeResetLink(id)))}
            >
              Make a link
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
