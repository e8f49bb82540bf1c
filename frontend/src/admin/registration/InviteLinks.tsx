import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { AccountInvite } from 'backend/contract'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { listInvites, revokeAccountInvite } from '../shared/admin.api.ts'
import { count, fullTime, listTime } from '../../lib/format.ts'
import { serverNow } from '../../lib/serverClock.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { useUser } from '../../people/people.store.ts'
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
import { isolate } from '../../lib/isolate.ts'

/** Lists the links with which people create an account. */
export function InviteLinks() {
  const invites = useAdminPages(['invites'], listInvites)
  const [isMaking, setIsMaking] = useState(false)
  const [revoking, setRevoking] = useState<AccountInvite | null>(null)
  const [now] = useState(serverNow)
  return (
    <AdminPanel
      title={t`Invite links`}
      about={t`Each person who has such a link can make an account, whatever is chosen there.`}
      actions={
        <Button size="sm" icon={Link2} onClick={() => setIsMaking(true)}>
          {t`New link`}
        </Button>
      }
    >
      {invites.problem && (
        <ErrorState title={t`Could not load the invite links`} problem={invites.problem} onRetry={invites.retry} />
      )}
      {invites.status === 'loading' && <SkeletonRows label={t`Loading the invite links`} rows={2} />}
      {invites.status === 'ready' && invites.items.length === 0 && <p className="mt-3 text-ui">{t`No links yet.`}</p>}
      <ul className="mt-2 divide-y divide-line" aria-label={t`Invite links`}>
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

function Moment({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={fullTime(iso)}>
      {listTime(iso)}
    </time>
  )
}

function Row({ invite, now, onRevoke }: { invite: AccountInvite; now: number; onRevoke: () => void }) {
  const name = nameOf(invite)
  const { note, createdBy, createdAt, expiresAt, maxUses, uses } = invite
  const end = fullTime(expiresAt ?? '')
  const [usesLabel, mostLabel] = [count(uses), count(maxUses ?? 0)]
  const makerName = useUser(createdBy)?.fullName
  const isOver = (expiresAt !== null && Date.parse(expiresAt) <= now) || (maxUses !== null && uses >= maxUses)
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <bdi className="truncate font-semibold">{name}</bdi>
          {isOver && <span className="chip">{t`No longer works`}</span>}
        </p>
        <p className="text-cap text-muted">
          {maxUses === null
            ? plural(uses, { one: 'Used once', other: 'Used # times' })
            : t`${usesLabel} of ${mostLabel} used`}
          {' · '}
          {expiresAt === null ? (
            t`no end`
          ) : (
            <Trans>
              until <time dateTime={expiresAt}>{end}</time>
            </Trans>
          )}
          {' · '}
          {makerName !== undefined && note !== '' ? (
            <Trans>
              made <Moment iso={createdAt} /> by <bdi>{makerName}</bdi>
            </Trans>
          ) : (
            <Trans>
              made <Moment iso={createdAt} />
            </Trans>
          )}
        </p>
      </div>
      <Button variant="ghost" size="sm" className="text-err-ink!" aria-label={t`Revoke ${name}`} onClick={onRevoke}>
        {t`Revoke`}
      </Button>
    </li>
  )
}

function Revoke({ invite, onRevoked, onClose }: { invite: AccountInvite; onRevoked: () => void; onClose: () => void }) {
  const name = nameOf(invite)
  const { pending, problem, run } = useAsyncAction()

  async function confirm(): Promise<void> {
    if (!(await run(async () => void (await revokeAccountInvite(invite.id))))) return
    showToast(t`The link no longer works.`)
    onRevoked()
    onClose()
    focusView()
  }

  return (
    <ConfirmDialog
      open
      danger
      title={t`Revoke ${{ name: isolate(name) }}?`}
      confirmLabel={t`Revoke`}
      pending={pending}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>{t`It makes no more accounts. Existing accounts stay.`}</p>
    </ConfirmDialog>
  )
}

/** Returns an invite's note; an invite without a note is named after the time at which it was made. */
function nameOf({ note, createdAt }: AccountInvite): string {
  const time = fullTime(createdAt)
  return note === '' ? t`Link of ${time}` : note
}
