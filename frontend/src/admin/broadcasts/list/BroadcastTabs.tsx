import { BROADCAST_LISTS, type BroadcastListName } from 'backend/contract'
import { Link } from 'react-router'
import { count } from '../../../lib/format.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { queryOf } from '../shared/broadcastTabs.path.ts'

/** Which broadcasts are shown, and how many there are of each. */
export function BroadcastTabs({ tab }: { tab: BroadcastListName }) {
  const totals = useBroadcasts((state) => state.totals)
  return (
    <nav aria-label="Show" className="broadcast-tabs">
      {BROADCAST_LISTS.map((each) => (
        <Link
          key={each}
          to={`/admin/broadcasts${queryOf(each)}`}
          className="broadcast-tab"
          aria-current={each === tab ? 'page' : undefined}
        >
          {LABELS[each]}
          {totals && <span className="font-normal tabular-nums">{count(totals[each])}</span>}
        </Link>
      ))}
    </nav>
  )
}

const LABELS: Record<BroadcastListName, string> = {
  all: 'All',
  waiting: 'Waiting',
  scheduled: 'Scheduled',
  sent: 'Sent',
  drafts: 'Drafts',
}
