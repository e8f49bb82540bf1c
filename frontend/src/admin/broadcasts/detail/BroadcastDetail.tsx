import { t } from '@lingui/core/macro'
import type { Broadcast, BroadcastId, BroadcastListName, Problem } from 'backend/contract'
import { useEffect, useState } from 'react'
import { Link, Navigate } from 'react-router'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { isUnsent } from '../shared/draftContent.model.ts'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { ErrorState } from '../../../ui/States.tsx'
import { queryOf } from '../shared/broadcastTabs.path.ts'
import { DetailHeader } from './DetailHeader.tsx'
import { ScheduledDetail } from './ScheduledDetail.tsx'
import { SentDetail } from './SentDetail.tsx'

interface BroadcastDetailProps {
  id: BroadcastId
  /** The tab of the list that the back link leads to. */
  tab: BroadcastListName
  /** Shown beside the list, not as a screen of its own. */
  aside?: boolean
}

/** Shows a broadcast: its progress, or when it will be sent. A draft opens in the form instead. */
export function BroadcastDetail({ id, tab, aside = false }: BroadcastDetailProps) {
  const broadcast = useBroadcasts((state) => state.byId[id])
  const [problem, setProblem] = useState<Problem | null>(null)
  const back = `/admin/broadcasts${queryOf(tab)}`

  async function load(): Promise<void> {
    setProblem(null)
    const { fetch, count } = useBroadcasts.getState()
    try {
      const { state } = await fetch(id)
      if (state === 'sent' || state === 'sending') await count(id)
    } catch (error) {
      setProblem(asProblem(error))
    }
  }

  useEffect(() => {
    void load()
    // Each broadcast has its own component, by its key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  if (broadcast && isUnsent(broadcast)) return <Navigate to={`/admin/broadcasts/${id}/edit`} replace />
  // The last known state stays when loading it again fails, unless the broadcast is gone.
  const isGone = problem?.code === 'not_found'
  return (
    <>
      <DetailHeader broadcast={isGone ? undefined : broadcast} back={back} aside={aside} />
      {broadcast && !isGone ? (
        <Body broadcast={broadcast} />
      ) : problem ? (
        <ErrorState
          title={isGone ? t`This broadcast is gone` : t`Could not load the broadcast`}
          problem={problem}
          {...(!isGone && { onRetry: () => void load() })}
          action={
            <Link to={back} className="btn btn-quiet btn-sm">
              {t`All broadcasts`}
            </Link>
          }
        />
      ) : (
        <Skeleton label={t`Loading the broadcast`} className="space-y-3 p-4">
          <Bone className="mb-3 h-5 w-1/3" />
          <Bone className="mb-4 h-4 w-4/5" />
          <Bone className="mb-4 h-1.5 w-full" />
          <Bone className="h-12 w-full" />
        </Skeleton>
      )}
    </>
  )
}

function Body({ broadcast }: { broadcast: Broadcast }) {
  return broadcast.state === 'scheduled' ? (
    <ScheduledDetail broadcast={broadcast} />
  ) : (
    <SentDetail broadcast={broadcast} />
  )
}
