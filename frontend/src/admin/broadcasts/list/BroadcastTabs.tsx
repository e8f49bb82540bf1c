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
    <nav
      aria-label={t`Show`}
      className="flex shrink-0 gap-1 overflow-x-auto px-5 pt-5 pb-3 [scrollbar-width:none] max-md:p-3"
    >
      {BROADCAST_LISTS.filter((each) => each !== 'held' || each === tab || (totals && totals.held > 0)).map((each) => (
        <Link
          key={each}
          to={`/admin/broadcasts${queryOf(each)}`}
          className={`flex min-h-8 shrink-0 items-center gap-[5px] rounded-lg px-3 text-[0.8125rem] font-semibold max-md:min-h-11 ${each === tab ? 'bg-base-100 text-base-content shadow-[var(--p-shadow-1),0_0_0_1px_var(--p-line)]' : 'text-muted hover:bg-hover'}`}
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
  held: msg`Held`,
  waiting: msg`Waiting`,
  scheduled: msg`Scheduled`,
  sent: msg`Sent`,
  drafts: msg`Drafts`,
}
