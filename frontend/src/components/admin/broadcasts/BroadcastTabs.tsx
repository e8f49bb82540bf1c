import { Link } from 'react-router'
import { count } from '../../../lib/format.ts'
import { useBroadcasts } from '../../../store/broadcasts.store.ts'
import { listed, queryOf, TABS, type Tab } from './tabs.ts'

/** Which broadcasts are shown. How many there are is said once all are known. */
export function BroadcastTabs({ tab }: { tab: Tab }) {
  const state = useBroadcasts()
  const isWhole = state.status === 'ready' && state.nextCursor === null
  return (
    <nav aria-label="Show" className="broadcast-tabs">
      {TABS.map((each) => (
        <Link key={each} to={`/admin/broadcasts${queryOf(each)}`} className="broadcast-tab" aria-current={each === tab ? 'page' : undefined}>
          {LABELS[each]}
          {isWhole && <span className="font-normal tabular-nums">{count(listed(each, state).length)}</span>}
        </Link>
      ))}
    </nav>
  )
}

const LABELS: Record<Tab, string> = { all: 'All', waiting: 'Waiting', scheduled: 'Scheduled', sent: 'Sent', drafts: 'Drafts' }
