import { ANNOUNCEMENTS_ID, type Message } from 'backend/contract'
import { RadioTower } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { Link } from 'react-router'
import { useMediaQuery } from '../../../hooks/useMediaQuery.ts'
import { fullTime, listTime } from '../../../lib/format.ts'
import { useMessages } from '../../../store/messages.store.ts'
import { usePerson } from '../../../store/people.store.ts'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/States.tsx'
import { summaryOf } from './summary.ts'

/** Everything that was told to everybody, newest first. */
export function BroadcastLedger() {
  const timeline = useMessages((state) => state.timelines[ANNOUNCEMENTS_ID])
  const broadcasts = useMemo(() => timeline?.messages.toReversed() ?? [], [timeline?.messages])
  const isWide = useMediaQuery('(width >= 64rem)')

  useEffect(() => {
    void useMessages.getState().load(ANNOUNCEMENTS_ID)
  }, [])

  if (!timeline || timeline.status === 'loading') return <SkeletonRows label="Loading broadcasts" />
  if (timeline.status === 'error' && timeline.problem) {
    return <ErrorState title="Could not load broadcasts" problem={timeline.problem} onRetry={() => void useMessages.getState().load(ANNOUNCEMENTS_ID)} />
  }
  if (broadcasts.length === 0) return <NothingSent />
  return (
    // Scrolls by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="scroll-pane p-5 max-md:p-3" tabIndex={0} aria-label="Sent broadcasts">
      {isWide ? <LedgerTable broadcasts={broadcasts} /> : <LedgerCards broadcasts={broadcasts} />}
      <LoadMore
        hasMore={timeline.hasOlder}
        loading={timeline.loadingOlder}
        onMore={async () => {
          await useMessages.getState().loadOlder(ANNOUNCEMENTS_ID)
          if (useMessages.getState().timelines[ANNOUNCEMENTS_ID]?.olderProblem) throw new Error('Older broadcasts could not be loaded.')
        }}
      />
    </section>
  )
}

function LedgerTable({ broadcasts }: { broadcasts: Message[] }) {
  return (
    <div className="panel max-w-[960px] overflow-hidden">
      <table className="broadcast-table">
        <thead>
          <tr>
            <th scope="col">Broadcast</th>
            <th scope="col" className="w-48">
              Sent by
            </th>
            <th scope="col" className="w-32">
              Sent
            </th>
          </tr>
        </thead>
        <tbody>
          {broadcasts.map((broadcast) => (
            <tr key={broadcast.id}>
              <td>
                <Summary broadcast={broadcast} />
              </td>
              <td className="truncate text-sec text-muted">
                <Author broadcast={broadcast} />
              </td>
              <td className="text-sec whitespace-nowrap text-muted tabular-nums">
                <SentAt broadcast={broadcast} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function LedgerCards({ broadcasts }: { broadcasts: Message[] }) {
  return (
    <ul className="panel divide-y divide-line">
      {broadcasts.map((broadcast) => (
        <li key={broadcast.id} className="px-4 py-3">
          <Summary broadcast={broadcast} />
          <p className="mt-1 flex justify-between gap-3 text-cap text-muted">
            <span className="truncate">
              <Author broadcast={broadcast} />
            </span>
            <span className="whitespace-nowrap">
              <SentAt broadcast={broadcast} />
            </span>
          </p>
        </li>
      ))}
    </ul>
  )
}

function Summary({ broadcast }: { broadcast: Message }) {
  const { headline, excerpt } = summaryOf(broadcast)
  return (
    <>
      <span dir="auto" className="keep-edge block truncate font-semibold">
        {headline}
      </span>
      {excerpt !== '' && (
        <span dir="auto" className="keep-edge block truncate text-cap text-muted">
          {excerpt}
        </span>
      )}
    </>
  )
}

function Author({ broadcast }: { broadcast: Message }) {
  const author = usePerson(broadcast.senderId)
  return <bdi>{author?.fullName}</bdi>
}

function SentAt({ broadcast: { createdAt } }: { broadcast: Message }) {
  return (
    <time dateTime={createdAt} title={fullTime(createdAt)}>
      {listTime(createdAt)}
    </time>
  )
}

function NothingSent() {
  return (
    <EmptyState
      icon={RadioTower}
      title="Nothing sent yet"
      actions={
        <Link to="/admin/broadcasts/new" className="btn btn-quiet btn-sm">
          Write the first broadcast
        </Link>
      }
    >
      A broadcast reaches everybody, also those who join later.
    </EmptyState>
  )
}
