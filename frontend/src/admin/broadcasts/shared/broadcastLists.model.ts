import type { Broadcast, BroadcastId, BroadcastListName, LedgerCounts } from 'backend/contract'
import { serverNow } from '../../../lib/serverClock.ts'
import { isUnsent } from './draftContent.model.ts'

/** The broadcasts and counts that the page has loaded. */
export interface Known {
  byId: Readonly<Record<BroadcastId, Broadcast>>
  counts: Readonly<Record<BroadcastId, LedgerCounts>>
}

export const hasExpired = ({ expiresAt }: Pick<Broadcast, 'expiresAt'>): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= serverNow()

/** Counts the recipients that a reminder reaches: those who have not acknowledged, or else not opened, the broadcast. */
export function missing(
  { needsAcknowledgement }: Pick<Broadcast, 'needsAcknowledgement'>,
  { queued, delivered, opened }: LedgerCounts,
): number {
  return queued + delivered + (needsAcknowledgement ? opened : 0)
}

/** Tells whether a sent broadcast still waits for recipients. @param counts undefined until they are loaded */
export function isWaiting(
  broadcast: Pick<Broadcast, 'state' | 'needsAcknowledgement' | 'expiresAt'>,
  counts: LedgerCounts | undefined,
): boolean {
  return broadcast.state === 'sent' && counts !== undefined && missing(broadcast, counts) > 0 && !hasExpired(broadcast)
}

/** Returns the broadcasts of `ids` that belong to a list, by the newest state that the page has. */
export function listed(name: BroadcastListName, ids: readonly BroadcastId[], { byId, counts }: Known): Broadcast[] {
  return ids.flatMap((id) => {
    const broadcast = byId[id]
    return broadcast && isIn(name, broadcast, counts[id]) ? [broadcast] : []
  })
}

/** Returns the ids of all loaded broadcasts of a list, newest first. Ids begin with their time of creation. */
export const knownOf = (name: BroadcastListName, known: Known): BroadcastId[] =>
  listed(name, Object.keys(known.byId).toSorted().toReversed(), known).map(({ id }) => id)

/** Tells whether a broadcast was added, was removed or changed its list. */
export function haveMoved(now: Known, before: Known): boolean {
  const placeOf = ({ byId, counts }: Known, id: BroadcastId): string | undefined => {
    const broadcast = byId[id]
    return broadcast && (isWaiting(broadcast, counts[id]) ? 'waiting' : broadcast.state)
  }
  return Object.keys({ ...before.byId, ...now.byId }).some((id) => placeOf(now, id) !== placeOf(before, id))
}

/** Tells whether a broadcast belongs to a list. A waiting broadcast is also in the list `sent`. */
function isIn(name: BroadcastListName, broadcast: Broadcast, counts: LedgerCounts | undefined): boolean {
  switch (name) {
    case 'all':
      return true
    case 'waiting':
      return isWaiting(broadcast, counts)
    case 'held':
    case 'scheduled':
      return broadcast.state === name
    case 'sent':
      return broadcast.state === 'sent' || broadcast.state === 'sending'
    case 'drafts':
      return isUnsent(broadcast) && broadcast.state !== 'held'
  }
}
