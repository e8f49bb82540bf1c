import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { BroadcastListName } from 'backend/contract'
import { RadioTower } from 'lucide-react'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { useMediaQuery } from '../../../ui/hooks/useMediaQuery.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { listed } from '../shared/broadcastLists.model.ts'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../../ui/States.tsx'
import { BroadcastCards, BroadcastTable } from './BroadcastRows.tsx'
import { queryOf } from '../shared/broadcastTabs.path.ts'

interface BroadcastListProps {
  tab: BroadcastListName
  /** The broadcast that is shown beside the list. */
  openId: string | undefined
}

/** Lists the broadcasts of a tab, newest first. The list stays while it loads again. */
export function BroadcastList({ tab, openId }: BroadcastListProps) {
  const { status, problem, byId, order, counts, nextCursor, loadingMore, load, loadMore } = useBroadcasts()
  const shown = useMemo(() => listed(tab, order, { byId, counts }), [tab, byId, order, counts])
  const isWide = useMediaQuery('(width >= 64rem)')

  if (status === 'error' && problem)
    return <ErrorState title={t`Could not load broadcasts`} problem={problem} onRetry={() => void load(tab)} />
  if (status !== 'ready') return <ListSkeleton />
  if (shown.length === 0 && nextCursor === null) return tab === 'all' ? <NothingYet /> : <NothingHere tab={tab} />
  const Rows = isWide ? BroadcastTable : BroadcastCards
  return (
    // Focusable, so that the keyboard scrolls it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-pane px-5 pb-5 max-md:px-3" role="group" tabIndex={0} aria-label={t`Broadcasts`}>
      {shown.length > 0 && <Rows broadcasts={shown} counts={counts} openId={openId} query={queryOf(tab)} />}
      <LoadMore hasMore={nextCursor !== null} loading={loadingMore} onMore={loadMore} />
    </div>
  )
}

function ListSkeleton() {
  return (
    <Skeleton label={t`Loading broadcasts`} className="px-5 max-md:px-3">
      <div className="panel divide-y divide-line">
        {Array.from({ length: 6 }, (_, row) => (
          <div key={row} className="flex h-[60px] items-center gap-6 px-4">
            <span className="grow space-y-2">
              <Bone className="h-3 w-2/5" />
              <Bone className="h-2.5 w-1/4" />
            </span>
            <Bone className="h-5 w-20" />
            <Bone className="h-2 w-32 max-md:hidden" />
          </div>
        ))}
      </div>
    </Skeleton>
  )
}

function NothingYet() {
  return (
    <EmptyState
      icon={RadioTower}
      title={t`Nothing sent yet`}
      actions={
        <Link to="/admin/broadcasts/new" className="btn btn-quiet btn-sm">
          {t`Write the first broadcast`}
        </Link>
      }
    >
      {t`A broadcast reaches everybody, or the people that you choose. It shows who has seen it.`}
    </EmptyState>
  )
}

function NothingHere({ tab }: { tab: Exclude<BroadcastListName, 'all'> }) {
  return (
    <EmptyState
      icon={RadioTower}
      title={i18n._(NOTHING[tab])}
      actions={
        <Link to="/admin/broadcasts" className="btn btn-quiet btn-sm">
          {t`Show all broadcasts`}
        </Link>
      }
    />
  )
}

const NOTHING: Record<Exclude<BroadcastListName, 'all'>, MessageDescriptor> = {
  held: msg`No broadcast is held`,
  waiting: msg`No broadcast is waiting`,
  scheduled: msg`Nothing is scheduled`,
  sent: msg`Nothing was sent yet`,
  drafts: msg`There are no drafts`,
}
