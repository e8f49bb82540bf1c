import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { BROADCAST_LISTS, type BroadcastListName } from 'backend/contract'
import { Link } from 'react-router'
import { count } from '../../../lib/format.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { queryOf } from '../shared/broadcastTabs.path.ts'

/** Chooses which broadcasts the list shows, with their numbers. */
export function BroadcastTabs({ tab }: { tab: BroadcastListName }) {
  const totals = useBroadcasts((state) => state.totals)
  return (
    <nav aria-label={t`Show`} className="broadcast-tabs">
      {BROADCAST_LISTS.map((each) => (
        <Link
          key={each}
          to={`/admin/broadcasts${queryOf(each)}`}
          className="broadcast-tab"
          aria-current={each === tab ? 'page' : undefined}
        >
          {i18n._(LABELS[each])}
          {totals && <span className="font-normal tabular-nums">{count(totals[each])}</span>}
        </Link>
      ))}
    </nav>
  )
}

const LABELS: Record<BroadcastListName, MessageDescriptor> = {
  all: msg`All`,
  waiting: msg`Waiting`,
  scheduled: msg`Scheduled`,
  sent: msg`Sent`,
  drafts: msg`Drafts`,
}
