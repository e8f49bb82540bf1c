import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Broadcast, BroadcastId, LedgerCounts } from 'backend/contract'
import { Link } from 'react-router'
import { listTime } from '../../../lib/format.ts'
import { isUnsent } from '../shared/draftContent.model.ts'
import { useAudienceLabel } from '../shared/audience.format.ts'
import { ProgressLine } from './ProgressLine.tsx'
import { shownState } from '../shared/progress.model.ts'
import { StateChip } from './StateChip.tsx'
import { headlineOf } from '../shared/headline.format.ts'
import { fullZonedTime, shortZonedTime } from '../../../lib/zonedTime.ts'

interface RowsProps {
  broadcasts: readonly Broadcast[]
  counts: Readonly<Record<BroadcastId, LedgerCounts>>
  /** The broadcast that is shown beside the list. */
  openId: string | undefined
  /** The query of the address, which keeps the tab. */
  query: string
}

/** Lists broadcasts in columns, on wide screens. */
export function BroadcastTable({ broadcasts, counts, openId, query }: RowsProps) {
  return (
    <div className="panel max-w-[1040px] overflow-hidden">
      <table className="admin-table [&_:is(th,td):last-child]:pe-4 [&_td]:h-15 [&_th]:h-auto [&_th]:py-2">
        <thead>
          <tr>
            <th scope="col">{t`Broadcast`}</th>
            <th scope="col" className="w-28">
              {t`Sent`}
            </th>
            <th scope="col" className="w-28">
              {t`State`}
            </th>
            <th scope="col" className="w-[178px]">
              {t`Progress`}
            </th>
          </tr>
        </thead>
        <tbody>
          {broadcasts.map((broadcast) => (
            <tr key={broadcast.id} className={`relative ${broadcast.id === openId ? 'bg-selected' : ''}`}>
              <td>
                <RowLink broadcast={broadcast} isOpen={broadcast.id === openId} query={query} />
                <Audience broadcast={broadcast} />
              </td>
              <td className="text-sec text-muted tabular-nums">
                <When broadcast={broadcast} />
              </td>
              <td>
                <StateChip state={shownState(broadcast, counts[broadcast.id])} />
              </td>
              <td>
                <Progress broadcast={broadcast} counts={counts[broadcast.id]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Lists broadcasts as cards, on narrow screens. */
export function BroadcastCards({ broadcasts, counts, openId, query }: RowsProps) {
  return (
    <ul className="panel divide-y divide-line overflow-hidden">
      {broadcasts.map((broadcast) => (
        <li key={broadcast.id} className="relative px-4 py-3 hover:bg-hover">
          <span className="flex items-center gap-2">
            <span className="min-w-0 grow">
              <RowLink broadcast={broadcast} isOpen={broadcast.id === openId} query={query} />
            </span>
            <StateChip state={shownState(broadcast, counts[broadcast.id])} />
          </span>
          <span className="flex gap-3">
            <span className="min-w-0 grow">
              <Audience broadcast={broadcast} />
            </span>
            <span className="text-cap whitespace-nowrap text-muted tabular-nums">
              <When broadcast={broadcast} />
            </span>
          </span>
          <Progress broadcast={broadcast} counts={counts[broadcast.id]} className="mt-1.5" />
        </li>
      ))}
    </ul>
  )
}

/** Links to a broadcast from its whole row: a draft opens in the form. */
function RowLink({ broadcast, isOpen, query }: { broadcast: Broadcast; isOpen: boolean; query: string }) {
  const { id } = broadcast
  return (
    <Link
      to={isUnsent(broadcast) ? `/admin/broadcasts/${id}/edit` : `/admin/broadcasts/${id}${query}`}
      dir="auto"
      className="keep-edge block truncate font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-primary"
      data-broadcast={id}
      aria-current={isOpen ? 'true' : undefined}
    >
      {headlineOf(broadcast)}
    </Link>
  )
}

function Audience({ broadcast: { audience, priority } }: { broadcast: Broadcast }) {
  const words = useAudienceLabel(audience)
  return (
    <span className="block truncate text-cap text-muted">
      {priority === 'normal' ? (
        <bdi>{words}</bdi>
      ) : priority === 'important' ? (
        <Trans>
          <bdi>{words}</bdi>, important
        </Trans>
      ) : (
        <Trans>
          <bdi>{words}</bdi>, urgent
        </Trans>
      )}
    </span>
  )
}

function When({ broadcast: { state, sentAt, sendAt, timeZone } }: { broadcast: Broadcast }) {
  if (state === 'sending') return t`Now`
  if (state === 'scheduled' && sendAt !== null) {
    return (
      <time dateTime={sendAt} title={fullZonedTime(sendAt, timeZone)}>
        {shortZonedTime(sendAt, timeZone)}
      </time>
    )
  }
  if (sentAt === null) return '—'
  return (
    <time dateTime={sentAt} title={fullZonedTime(sentAt, timeZone)}>
      {listTime(sentAt)}
    </time>
  )
}

interface ProgressProps {
  broadcast: Broadcast
  counts: LedgerCounts | undefined
  className?: string
}

const PROGRESS: Record<'draft' | 'scheduled' | 'held' | 'cancelled', () => string> = {
  draft: () => t`Not scheduled`,
  scheduled: () => t`Sent automatically`,
  held: () => t`Waits for an admin`,
  cancelled: () => t`Not sent`,
}

function Progress({ broadcast, counts, className = '' }: ProgressProps) {
  const { state } = broadcast
  if (state === 'sent' || state === 'sending')
    return <ProgressLine broadcast={broadcast} counts={counts} className={className} />
  return <span className="text-cap text-muted">{PROGRESS[state]()}</span>
}
