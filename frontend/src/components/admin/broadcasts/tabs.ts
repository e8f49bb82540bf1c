import type { Broadcast, BroadcastId, LedgerCounts } from 'backend/contract'
import { isUnsent } from '../../../store/broadcastsContent.ts'
import { shownState } from './progress.ts'

export const TABS = ['all', 'waiting', 'scheduled', 'sent', 'drafts'] as const
/** Which broadcasts the list shows. */
export type Tab = (typeof TABS)[number]

/** From the address; whatever else is there means all. */
export const tabOf = (text: string | null): Tab => TABS.find((tab) => tab === text) ?? 'all'

/** The query that keeps the tab while one goes from place to place. */
export const queryOf = (tab: Tab): string => (tab === 'all' ? '' : `?show=${tab}`)

interface Listed {
  order: readonly BroadcastId[]
  byId: Readonly<Record<BroadcastId, Broadcast>>
  counts: Readonly<Record<BroadcastId, LedgerCounts>>
}

/** Those of the loaded ones that a tab shows, newest first. */
export function listed(tab: Tab, { order, byId, counts }: Listed): Broadcast[] {
  return order.flatMap((id) => {
    const broadcast = byId[id]
    return broadcast && isIn(tab, broadcast, counts[id]) ? [broadcast] : []
  })
}

/** What is waiting was sent as well. Cancelled ones are drafts again as soon as they are changed. */
function isIn(tab: Tab, broadcast: Broadcast, counts: LedgerCounts | undefined): boolean {
  switch (tab) {
    case 'all':
      return true
    case 'waiting':
      return shownState(broadcast, counts) === 'waiting'
    case 'scheduled':
      return broadcast.state === 'scheduled'
    case 'sent':
      return broadcast.state === 'sent' || broadcast.state === 'sending'
    case 'drafts':
      return isUnsent(broadcast)
  }
}
