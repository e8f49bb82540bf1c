import { LIMITS, type BroadcastId, type LedgerCounts, type LedgerEntry, type RecipientState } from 'backend/contract'
import { SearchX } from 'lucide-react'
import { useState } from 'react'
import { fullTime, listTime } from '../../../lib/format.ts'
import { Avatar } from '../../../people/Avatar.tsx'
import { Button } from '../../../ui/Button.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { SearchField } from '../../../ui/SearchField.tsx'
import { SkeletonRows } from '../../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../../ui/States.tsx'
import { people } from '../shared/progress.model.ts'
import { STATE_NAMES } from './recipientState.format.ts'
import { useLedger } from './useLedger.ts'

interface LedgerPeopleProps {
  id: BroadcastId
  counts: LedgerCounts
  filter: RecipientState | undefined
  onFilter: (state: RecipientState | undefined) => void
}

/** Everybody who was to get it, with how far each has got and when. */
export function LedgerPeople({ id, counts, filter, onFilter }: LedgerPeopleProps) {
  const [search, setSearch] = useState('')
  const {
    status,
    items: entries,
    problem,
    hasMore,
    loadingMore,
    loadMore,
    retry,
  } = useLedger(id, filter, search, counts)
  return (
    <>
      <div className="ledger-tools">
        <div className="flex min-h-8 items-center justify-between gap-2">
          <h2 className="text-cap font-semibold text-muted" aria-live="polite">
            {filter === undefined ? people(counts.recipients) : `${STATE_NAMES[filter]}: ${people(counts[filter])}`}
          </h2>
          {filter !== undefined && (
            <Button variant="ghost" size="sm" onClick={() => onFilter(undefined)}>
              Show everybody
            </Button>
          )}
        </div>
        <SearchField
          label="Search recipients"
          placeholder="Name or username"
          maxLength={LIMITS.searchMax}
          value={search}
          onValue={setSearch}
        />
      </div>
      <div
        className="scroll-pane ledger-people"
        role="group"
        // The keyboard scrolls it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="Recipients"
        aria-busy={status === 'loading' || undefined}
      >
        {problem && <ErrorState title="Could not load the recipients" problem={problem} onRetry={retry} />}
        {status === 'loading' && entries.length === 0 && <SkeletonRows label="Loading recipients" rows={5} />}
        {status === 'ready' && entries.length === 0 && !hasMore && (
          <EmptyState icon={SearchX} live title={search.trim() === '' ? 'Nobody' : 'Nobody found'}>
            {search.trim() === ''
              ? 'Nobody is in this state now.'
              : 'Names and usernames are found by the beginning of each word.'}
          </EmptyState>
        )}
        <ul className="p-2">
          {entries.map((entry) => (
            <Entry key={entry.user.id} entry={entry} />
          ))}
        </ul>
        <LoadMore hasMore={hasMore} loading={loadingMore} onMore={loadMore} />
      </div>
    </>
  )
}

function Entry({ entry }: { entry: LedgerEntry }) {
  const { user, state, history } = entry
  const at = { acknowledged: entry.acknowledgedAt, opened: entry.openedAt, delivered: entry.deliveredAt, queued: null }[
    state
  ]
  const earlier = state === 'acknowledged' ? null : history.at(-1)
  return (
    <li className="ledger-entry">
      <Avatar person={user} size={32} />
      <span className="min-w-0">
        <bdi className="keep-edge block truncate font-medium">{user.fullName}</bdi>
        <span className="block truncate text-cap text-muted">
          {earlier ? (
            <>
              Acknowledged text {earlier.revision}, <Time at={earlier.at} />
            </>
          ) : entry.remindedAt !== null && state !== 'acknowledged' ? (
            <>
              Reminded <Time at={entry.remindedAt} />
            </>
          ) : (
            // Nothing is left of who was deleted.
            user.username !== '' && (
              <>
                @<bdi>{user.username}</bdi>
              </>
            )
          )}
        </span>
      </span>
      <span
        className="text-end text-cap whitespace-nowrap text-muted tabular-nums"
        title={timesOf(entry)}
        data-state={state}
      >
        <span className="block">{STATE_NAMES[state]}</span>
        {at !== null && (
          <span className="block">
            <Time at={at} />
          </span>
        )}
      </span>
    </li>
  )
}

function Time({ at }: { at: string }) {
  return <time dateTime={at}>{listTime(at)}</time>
}

/** Every time of somebody, one a line. */
function timesOf({ deliveredAt, openedAt, acknowledgedAt, remindedAt, history }: LedgerEntry): string {
  const lines: [string, string | null][] = [
    ['Delivered', deliveredAt],
    ['Opened', openedAt],
    ['Acknowledged', acknowledgedAt],
    ['Reminded', remindedAt],
    ...history.map(({ revision, at }): [string, string] => [`Acknowledged text ${revision}`, at]),
  ]
  return lines.flatMap(([what, at]) => (at === null ? [] : `${what}: ${fullTime(at)}`)).join('\n')
}
