import type { AccountInvite } from 'backend/contract'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { listInvites, revokeAccountInvite } from '../shared/admin.api.ts'
import { count, fullTime, listTime } from '../../lib/format.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { usePerson } from '../../people/people.store.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/Dialog.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { focusView } from '../shared/view.focus.ts'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { NewInviteDialog } from './NewInviteDialog.tsx'

/** The links by which people make an account. */
export function InviteLinks() {
  const invites = useAdminPages(['invites'], listInvites)
  const [isMaking, setIsMaking] = useState(false)
  const [revoking, setRevoking] = useState<AccountInvite | null>(null)
  const [now] = useState(Date.now)
  return (
    <AdminPanel
      title="Invite links"
      about="Whoever has such a link can make an account, whatever is chosen above."
      actions={
        <Button size="sm" icon={Link2} onClick={() => setIsMaking(true)}>
          New link
        </Button>
      }
    >
      {invites.problem && (
        <ErrorState title="Could not load the invite links" problem={invites.problem} onRetry={invites.retry} />
      )}
      {invites.status === 'loading' && <SkeletonRows label="Loading the invite links" rows={2} />}
      {invites.status === 'ready' && invites.items.length === 0 && <p className="mt-3 text-ui">No links yet.</p>}
      <ul className="mt-2 divide-y divide-line" aria-label="Invite links">
        {invites.items.map((invite) => (
          <Row key={invite.id} invite={invite} now={now} onRevoke={() => setRevoking(invite)} />
        ))}
      </ul>
      <LoadMore hasMore={invites.hasMore} loading={invites.loadingMore} onMore={invites.loadMore} />
      {isMaking && <NewInviteDialog onMade={invites.add} onClose={() => setIsMaking(false)} />}
      {revoking && (
        <Revoke
          invite={revoking}
          onRevoked={() => invites.change((one) => (one.id === revoking.id ? null : one))}
          onClose={() => setRevoking(null)}
        />
      )}
    </AdminPanel>
  )
}

function Row({ invite, now, onRevoke }: { invite: AccountInvite; now: number; onRevoke: () => void }) {
  const { note, createdBy, createdAt, expiresAt, maxUses, uses } = invite
  const maker = usePerson(createdBy)
  const isOver = (expiresAt !== null && Date.parse(expiresAt) <= now) || (maxUses !== null && uses >= maxUses)
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <bdi className="truncate font-semibold">{nameOf(invite)}</bdi>
          {isOver && <span className="chip">No longer works</span>}
        </p>
        <p className="text-cap text-muted">
          {maxUses === null
            ? `Used ${uses === 1 ? 'once' : `${count(uses)} times`}`
            : `${count(uses)} of ${count(maxUses)} used`}
          {' · '}
          {expiresAt === null ? (
            'no end'
          ) : (
            <>
              until <time dateTime={expiresAt}>{fullTime(expiresAt)}</time>
            </>
          )}
          {' · made '}
          <time dateTime={createdAt} title={fullTime(createdAt)}>
            {listTime(createdAt)}
          </time>
          {maker && note !== '' && (
            <>
              {' '}
              by <bdi>{maker.fullName}</bdi>
            </>
          )}
        </p>
      </div>
      <Button
        variant="ghost"
        size="sm"
        className="text-err-ink!"
        aria-label={`Revoke ${nameOf(invite)}`}
        onClick={onRevoke}
      >
        Revoke
      </Button>
    </li>
  )
}

function Revoke({ invite, onRevoked, onClose }: { invite: AccountInvite; onRevoked: () => void; onClose: () => void }) {
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    if (!(await run(async () => void (await revokeAccountInvite(invite.id))))) return
    showToast('The link no longer works.')
    onRevoked()
    onClose()
    focusView()
  }

  return (
    <ConfirmDialog
      open
      danger
      title={`Revoke ${nameOf(invite)}?`}
      confirmLabel="Revoke"
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>Nobody can make an account by it any more. Accounts that were made by it stay.</p>
    </ConfirmDialog>
  )
}

const nameOf = ({ note, createdAt }: AccountInvite): string => (note === '' ? `Link of ${fullTime(createdAt)}` : note)
