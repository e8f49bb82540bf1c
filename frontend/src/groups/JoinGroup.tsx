import { plural, t } from '@lingui/core/macro'
import type { InvitePreview, Problem } from 'backend/contract'
import { Link2Off, Users } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { problemText } from '../lib/problemText.ts'
import { joinByInvite, previewInvite } from './group.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { takeGroup } from './groups.store.ts'
import { useRequest } from '../connection/useRequest.ts'
import { RoomAvatar } from '../people/Avatar.tsx'
import { Folded } from '../ui/Folded.tsx'
import { Button } from '../ui/Button.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'

/** Shows the group of an invite link, and joins it. */
export function JoinGroup({ token }: { token: string }) {
  const { answer, problem, retry } = useRequest(() => previewInvite(token))
  if (problem)
    return isNotValid(problem) ? (
      <NotValid reason={problemText(problem)} />
    ) : (
      <ErrorState title={t`Could not load the invitation`} problem={problem} onRetry={retry} />
    )
  return (
    <div className="grid grow place-items-center p-4">
      <section className="panel w-full max-w-[400px] p-6 text-center" aria-label={t`Invitation`}>
        {answer ? <Invitation token={token} preview={answer} /> : <Bones />}
      </section>
    </div>
  )
}

function Invitation({ token, preview }: { token: string; preview: InvitePreview }) {
  const navigate = useNavigate()
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const { conversationId, name, description, picture, memberCount, isMember } = preview

  async function join(): Promise<void> {
    setPending(true)
    setProblem(null)
    try {
      const { id } = await takeGroup(joinByInvite(token))
      await navigate(`/c/${id}`, { replace: true })
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  return (
    <>
      <RoomAvatar icon={Users} name={name} id={conversationId} picture={picture} size={72} className="mx-auto" />
      <p className="mt-4 text-sec text-muted">{isMember ? t`You are in this group` : t`You are invited to`}</p>
      <h2 className="mt-1 text-page font-[650] tracking-[-0.015em] wrap-anywhere">
        <bdi>{name}</bdi>
      </h2>
      {description !== '' && (
        <Folded text={description}>
          <p dir="auto" className="mt-2 text-center text-ui wrap-anywhere whitespace-pre-wrap text-muted">
            {description}
          </p>
        </Folded>
      )}
      <p className="mt-2 text-sec text-muted">{plural(memberCount, { one: '# member', other: '# members' })}</p>
      <Refusal className="mt-3">{problem && problemText(problem)}</Refusal>
      <div className="mt-5 flex justify-center gap-2">
        <Link to="/" className="btn btn-ghost">
          {isMember ? t`Back to chats` : t`Not now`}
        </Link>
        {isMember ? (
          <Link to={`/c/${conversationId}`} replace className="btn btn-primary">
            {t`Open the group`}
          </Link>
        ) : (
          <Button variant="primary" pending={pending} onClick={() => void join()}>
            {t`Join the group`}
          </Button>
        )}
      </div>
    </>
  )
}

/** Returns whether the link can never work. The server refuses a malformed token as invalid input. */
const isNotValid = ({ code, status }: Problem): boolean =>
  code === 'invite_not_valid' || status === 400 || status === 404

function NotValid({ reason }: { reason: string }) {
  return (
    <EmptyState
      icon={Link2Off}
      live
      title={t`This invitation does not work`}
      actions={
        <Link to="/" className="btn btn-quiet btn-sm">
          {t`Go to your chats`}
        </Link>
      }
    >
      {reason}
    </EmptyState>
  )
}

function Bones() {
  return (
    <Skeleton label={t`Loading the invitation`} className="grid justify-items-center gap-3">
      <Bone className="mx-auto size-18" />
      <Bone className="mx-auto mt-4 h-5 w-48" />
      <Bone className="mx-auto mt-3 h-3 w-24" />
    </Skeleton>
  )
}
