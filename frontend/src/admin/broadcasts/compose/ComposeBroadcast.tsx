import { t } from '@lingui/core/macro'
import type { OwnUser } from 'backend/contract'
import { useEffect, useMemo } from 'react'
import { Link, Navigate, useNavigate, useParams } from 'react-router'
import { useStore } from 'zustand'
import { useSession } from '../../../accounts/session.store.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { openDraft } from './draftSession.registry.ts'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { ErrorState } from '../../../ui/States.tsx'
import { ReviseBroadcast } from './ReviseBroadcast.tsx'
import { ComposeForm } from './ComposeForm.tsx'
import { ComposeHeader } from './ComposeHeader.tsx'

/** Opens the form for a broadcast: a draft with all its fields, a sent broadcast with only its text. */
export function ComposeBroadcast() {
  const user = useSession((state) => state.user)
  const { id } = useParams()
  return user && <Opened user={user} id={id ?? null} />
}

function Opened({ user, id }: { user: OwnUser; id: string | null }) {
  const navigate = useNavigate()
  const session = useMemo(() => openDraft(user.id, id), [user.id, id])
  const { id: savedId, status, problem } = useStore(session.state)
  const broadcast = useBroadcasts((state) => (savedId === null ? undefined : state.byId[savedId]))

  useEffect(() => session.show(), [session])
  // The address has the draft's id as soon as the server has saved it, so that a reload opens it again.
  useEffect(() => {
    if (savedId !== null && savedId !== id) void navigate(`/admin/broadcasts/${savedId}/edit`, { replace: true })
  }, [savedId, id, navigate])

  if (status === 'loading') return <Loading />
  if (status === 'error' && problem) {
    const isGone = problem.code === 'not_found'
    return (
      <>
        <ComposeHeader title={t`Broadcast`} />
        <ErrorState
          title={isGone ? t`This draft is gone` : t`Could not load the draft`}
          problem={problem}
          {...(!isGone && { onRetry: () => void session.load() })}
          action={
            <Link to="/admin/broadcasts" className="btn btn-quiet btn-sm">
              {t`All broadcasts`}
            </Link>
          }
        />
      </>
    )
  }
  if (broadcast?.state === 'sent') return <ReviseBroadcast broadcast={broadcast} author={user} />
  if (broadcast?.state === 'scheduled' || broadcast?.state === 'sending')
    return <Navigate to={`/admin/broadcasts/${broadcast.id}`} replace />
  return <ComposeForm session={session} user={user} isHeld={broadcast?.state === 'held'} />
}

function Loading() {
  return (
    <>
      <ComposeHeader title={t`Broadcast`} />
      <Skeleton label={t`Loading the draft`} className="p-6">
        <Bone className="mb-6 h-10 w-full max-w-[600px]" />
        <Bone className="mb-6 h-48 w-full max-w-[600px]" />
        <Bone className="h-10 w-full max-w-[600px]" />
      </Skeleton>
    </>
  )
}
