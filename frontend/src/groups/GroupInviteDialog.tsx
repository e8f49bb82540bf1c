import type { Invite, Problem } from 'backend/contract'
import { Copy, Link2 } from 'lucide-react'
import { useId, useState } from 'react'
import { createInvite, getInvite, revokeInvite } from './group.api.ts'
import { count, fullTime } from '../lib/format.ts'
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

/** The link into a group: made, copied, replaced, revoked. For its admins. */
export function GroupInviteDialog({ conversationId, onClose }: GroupInviteDialogProps) {
  const { answer, problem, retry } = useRequest(() => getInvite(conversationId))
  return (
    <Dialog open onClose={onClose} title="Invite link" size="wide">
      <p className="mt-1 mb-4 text-ui text-muted">Whoever has the link and an account here can join.</p>
      {problem && <ErrorState title="Could not load the link" problem={problem} onRetry={retry} />}
      {!problem && !answer && (
        <Skeleton label="Loading the link" className="space-y-3">
          <Bone className="h-10 w-full" />
        </Skeleton>
      )}
      {answer && <InviteForm conversationId={conversationId} first={answer.invite} />}
      <div className="mt-5 flex justify-end">
        <Button size="sm" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}

function InviteForm({ conversationId, first }: { conversationId: string; first: Invite | null }) {
  const [invite, setInvite] = useState(first)
  const made = useGroups((state) => state.invites[conversationId])
  // Known only where the link was made.
  const token = made && made.createdAt === invite?.createdAt ? made.token : null
  const [seconds, setSeconds] = useState<string>(String(7 * 86_400))
  const [pending, setPending] = useState<'make' | 'revoke' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const selectId = useId()
  const [openedAt] = useState(Date.now)
  const hasRunOut = invite !== null && invite.expiresAt !== null && Date.parse(invite.expiresAt) <= openedAt

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
          {hasRunOut ? (
            'It has run out'
          ) : invite.expiresAt === null ? (
            'It does not run out'
          ) : (
            <>
              It works until <time dateTime={invite.expiresAt}>{fullTime(invite.expiresAt)}</time>
            </>
          )}
          {invite.uses === 0 ? ', and nobody has used it yet.' : `, and ${count(invite.uses)} joined by it.`}
          {!token && ' It is shown only where it was made; make a new one to share it again.'}
        </p>
      )}
      <label className="field-label" htmlFor={selectId}>
        {invite ? 'A new link works for' : 'The link works for'}
      </label>
      <select
        id={selectId}
        className="text-input mt-1.5"
        value={seconds}
        onChange={(event) => setSeconds(event.target.value)}
      >
        {LIFETIMES.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Refusal className="mt-3">{problem?.detail}</Refusal>
      <div className="mt-3 flex gap-2">
        <Button
          variant={token ? 'quiet' : 'primary'}
          size="sm"
          icon={Link2}
          pending={pending === 'make'}
          onClick={() => void work('make')}
        >
          {invite ? 'Make a new link' : 'Make a link'}
        </Button>
        {invite && (
          <Button
            variant="ghost"
            size="sm"
            className="text-err-ink!"
            pending={pending === 'revoke'}
            onClick={() => void work('revoke')}
          >
            Revoke
          </Button>
        )}
      </div>
      {invite && !hasRunOut && <p className="field-hint mt-3">With a new link, the one before stops working.</p>}
    </>
  )
}

const LIFETIMES = [
  ['3600', '1 hour'],
  ['86400', '1 day'],
  [String(7 * 86_400), '7 days'],
  [String(30 * 86_400), '30 days'],
  ['', 'As long as nobody revokes it'],
] as const

function LinkField({ url }: { url: string }) {
  async function copy(): Promise<void> {
    if (await copyText(url)) showToast('Link copied.')
    else showToast('Not copied: the browser does not allow it.', 'error')
  }
  return (
    <div className="mb-3 flex gap-2">
      <input
        className="text-input min-w-0 grow"
        readOnly
        aria-label="Invite link"
        dir="ltr"
        value={url}
        onFocus={(event) => event.target.select()}
      />
      <Button icon={Copy} variant="primary" onClick={() => void copy()}>
        Copy
      </Button>
    </div>
  )
}
