import { i18n } from '@lingui/core'
import { msg, plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Invite, Problem } from 'backend/contract'
import { Copy, Link2 } from 'lucide-react'
import { useId, useState } from 'react'
import { problemText } from '../lib/problemText.ts'
import { createInvite, getInvite, revokeInvite } from './group.api.ts'
import { fullTime } from '../lib/format.ts'
import { serverNow } from '../lib/serverClock.ts'
import { asProblem } from '../connection/problem.model.ts'
import { rememberInvite, useGroups } from './groups.store.ts'
import { useRequest } from '../connection/useRequest.ts'
import { Button } from '../ui/Button.tsx'
import { copyText } from '../lib/copyText.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { ErrorState } from '../ui/States.tsx'
import { showToast } from '../ui/toast.store.ts'

interface GroupInviteDialogProps {
  conversationId: string
  onClose: () => void
}

/** Creates, copies, replaces and revokes a group's invite link. For admins of the group. */
export function GroupInviteDialog({ conversationId, onClose }: GroupInviteDialogProps) {
  const { answer, problem, retry } = useRequest(() => getInvite(conversationId))
  return (
    <Dialog open onClose={onClose} title={t`Invite link`} size="wide">
      <p className="mt-1 mb-4 text-ui text-muted">{t`Everyone with this link and an account on this server can join.`}</p>
      {problem && <ErrorState title={t`Could not load the link`} problem={problem} onRetry={retry} />}
      {!problem && !answer && (
        <Skeleton label={t`Loading the link`} className="space-y-3">
          <Bone className="h-10 w-full" />
        </Skeleton>
      )}
      {answer && <InviteForm conversationId={conversationId} first={answer.invite} />}
      <div className="mt-5 flex justify-end">
        <Button size="sm" onClick={onClose}>
          {t`Done`}
        </Button>
      </div>
    </Dialog>
  )
}

function InviteForm({ conversationId, first }: { conversationId: string; first: Invite | null }) {
  const [invite, setInvite] = useState(first)
  const made = useGroups((state) => state.invites[conversationId])
  // Only the tab that created the link knows its token.
  const token = made && made.createdAt === invite?.createdAt ? made.token : null
  const [seconds, setSeconds] = useState<string>(String(7 * 86_400))
  const [pending, setPending] = useState<'make' | 'revoke' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const selectId = useId()
  const [openedAt] = useState(serverNow)
  const hasExpired = invite !== null && invite.expiresAt !== null && Date.parse(invite.expiresAt) <= openedAt

  async function work(what: 'make' | 'revoke'): Promise<void> {
    setPending(what)
    setProblem(null)
    try {
      if (what === 'revoke') await revokeInvite(conversationId)
      const next =
        what === 'make'
          ? await createInvite(conversationId, { expiresInSeconds: seconds === '' ? null : Number(seconds) })
          : null
      rememberInvite(conversationId, next)
      setInvite(next)
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setPending(null)
    }
  }

  return (
    <>
      {token && <LinkField url={`${location.origin}/join/${token}`} />}
      {invite && (
        <p className="mb-4 text-sec text-muted">
          <Expiry invite={invite} hasExpired={hasExpired} />{' '}
          {invite.uses === 0
            ? t`No one has used it yet.`
            : plural(invite.uses, { one: '# person joined with it.', other: '# people joined with it.' })}{' '}
          {!token && t`The link is shown only in the browser tab that created it. Create a new link to share it again.`}
        </p>
      )}
      <label className="field-label" htmlFor={selectId}>
        {invite ? t`A new link works for` : t`The link works for`}
      </label>
      <select
        id={selectId}
        className="text-input mt-1.5"
        value={seconds}
        onChange={(event) => setSeconds(event.target.value)}
      >
        {LIFETIMES.map(([value, label]) => (
          <option key={value} value={value}>
            {i18n._(label)}
          </option>
        ))}
      </select>
      <Refusal className="mt-3">{problem && problemText(problem)}</Refusal>
      <div className="mt-3 flex gap-2">
        <Button
          variant={token ? 'quiet' : 'primary'}
          size="sm"
          icon={Link2}
          pending={pending === 'make'}
          onClick={() => void work('make')}
        >
          {invite ? t`Create a new link` : t`Create a link`}
        </Button>
        {invite && (
          <Button
            variant="ghost"
            size="sm"
            className="text-err-ink!"
            pending={pending === 'revoke'}
            onClick={() => void work('revoke')}
          >
            {t`Revoke`}
          </Button>
        )}
      </div>
      {invite && !hasExpired && (
        <p className="field-hint mt-3">{t`A new link replaces this one, which then stops working.`}</p>
      )}
    </>
  )
}

function Expiry({ invite, hasExpired }: { invite: Invite; hasExpired: boolean }) {
  if (hasExpired) return t`It has expired.`
  if (invite.expiresAt === null) return t`It does not expire.`
  const end = fullTime(invite.expiresAt)
  return (
    <Trans>
      It works until <time dateTime={invite.expiresAt}>{end}</time>.
    </Trans>
  )
}

const LIFETIMES = [
  ['3600', msg`1 hour`],
  ['86400', msg`1 day`],
  [String(7 * 86_400), msg`7 days`],
  [String(30 * 86_400), msg`30 days`],
  ['', msg`Until it is revoked`],
] as const

function LinkField({ url }: { url: string }) {
  async function copy(): Promise<void> {
    if (await copyText(url)) showToast(t`Link copied.`)
    else showToast(t`Not copied: the browser does not allow it.`, 'error')
  }
  return (
    <div className="mb-3 flex gap-2">
      <input
        className="text-input min-w-0 grow"
        readOnly
        aria-label={t`Invite link`}
        dir="ltr"
        value={url}
        onFocus={(event) => event.target.select()}
      />
      <Button icon={Copy} variant="primary" onClick={() => void copy()}>
        {t`Copy`}
      </Button>
    </div>
  )
}
