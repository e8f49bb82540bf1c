import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
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
import { peopleCount } from '../shared/progress.model.ts'
import { STATE_NAMES } from './recipientState.format.ts'
import { useLedger } from './useLedger.ts'
import { UserLabel } from '../../../people/UserLabel.tsx'

interface LedgerRecipientsProps {
  id: BroadcastId
  counts: LedgerCounts
  filter: RecipientState | undefined
  onFilter: (state: RecipientState | undefined) => void
}

/** Lists the recipients of a broadcast, each with the state and its time. */
export function LedgerRecipients({ id, counts, filter, onFilter }: LedgerRecipientsProps) {
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
  const total = peopleCount(counts[filter ?? 'recipients'])
  const stateName = filter && i18n._(STATE_NAMES[filter])
  const heading = stateName === undefined ? total : t`${stateName}: ${total}`
  return (
    <>
      <div className="shrink-0 border-b border-line bg-base-100 px-4 py-2 [&_.search-field]:mt-1">
        <div className="flex min-h-8 items-center justify-between gap-2">
          <h2 className="text-cap font-semibold text-muted" aria-live="polite">
            {heading}
          </h2>
          {filter !== undefined && (
            <Button variant="ghost" size="sm" onClick={() => onFilter(undefined)}>
              {t`Show everybody`}
            </Button>
          )}
        </div>
        <SearchField
          label={t`Search recipients`}
          placeholder={t`Name or username`}
          maxLength={LIMITS.searchMax}
          value={search}
          onValue={setSearch}
        />
      </div>
      <div
        className="scroll-pane flex flex-col bg-base-100"
        role="group"
        // Focusable, so that the keyboard scrolls it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t`Recipients`}
        aria-busy={status === 'loading' || undefined}
      >
        {problem && <ErrorState title={t`Could not load the recipients`} problem={problem} onRetry={retry} />}
        {status === 'loading' && entries.length === 0 && <SkeletonRows label={t`Loading recipients`} rows={5} />}
        {status === 'ready' && entries.length === 0 && !hasMore && (
          <EmptyState icon={SearchX} live title={search.trim() === '' ? t`No people` : t`No people found`}>
            {search.trim() === '' ? t`No recipient is in this state now.` : t`Type the start of a name or a username.`}
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
  const revision = earlier?.revision
  return (
    <li className="grid min-h-12 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 rounded-[10px] px-2">
      <Avatar user={user} size={32} />
      <span className="min-w-0">
        <UserLabel user={user} className="keep-edge block truncate font-medium" />
        <span className="block truncate text-cap text-muted">
          {earlier ? (
            <Trans>
              Acknowledged text {revision}, <Time at={earlier.at} />
            </Trans>
          ) : entry.remindedAt !== null && state !== 'acknowledged' ? (
            <Trans>
              Reminded <Time at={entry.remindedAt} />
            </Trans>
          ) : (
            // A deleted account has no username.
            user.username !== '' && (
              <>
                <bdi>@{user.username}</bdi>
              </>
            )
          )}
        </span>
      </span>
      <span className="text-end text-cap whitespace-nowrap text-muted tabular-nums" title={timesOf(entry)}>
        <span className="block">{i18n._(STATE_NAMES[state])}</span>
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

/** Lists every time that the ledger has of a recipient, one on each line. */
function timesOf({ deliveredAt, openedAt, acknowledgedAt, remindedAt, history }: LedgerEntry): string {
  const lines = [
    line(deliveredAt, (time) => t`Delivered: ${time}`),
    line(openedAt, (time) => t`Opened: ${time}`),
    line(acknowledgedAt, (time) => t`Acknowledged: ${time}`),
    line(remindedAt, (time) => t`Reminded: ${time}`),
    ...history.map(({ revision, at }) => line(at, (time) => t`Acknowledged text ${revision}: ${time}`)),
  ]
  return lines.filter((text) => text !== null).join('\n')
}

const line = (at: string | null, words: (time: string) => string): string | null =>
  at === null ? null : words(fullTime(at))
