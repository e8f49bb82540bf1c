import type { Broadcast, BroadcastId, BroadcastListName, LedgerCounts } from 'backend/contract'
import { isUnsent } from './draftContent.model.ts'

/** What the page knows of broadcasts. */
export interface Known {
  byId: Readonly<Record<BroadcastId, Broadcast>>
  counts: Readonly<Record<BroadcastId, LedgerCounts>>
}

export const hasExpired = ({ expiresAt }: Pick<Broadcast, 'expiresAt'>): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.now()

/** How many have not acknowledged it, or not opened it where no acknowledgement is needed: whom a reminder reaches. */
export function missing(
  { needsAcknowledgement }: Pick<Broadcast, 'needsAcknowledgement'>,
  { queued, delivered, opened }: LedgerCounts,
): number {
  return queued + delivered + (needsAcknowledgement ? opened : 0)
}

/** It was sent, and somebody is missing whom it still asks. @param counts undefined while they are not known */
export function isWaiting(
  broadcast: Pick<Broadcast, 'state' | 'needsAcknowledgement' | 'expiresAt'>,
  counts: LedgerCounts | undefined,
): boolean {
  return broadcast.state === 'sent' && counts !== undefined && missing(broadcast, counts) > 0 && !hasExpired(broadcast)
}

/** Those of `ids` that belong to a list as far as the page knows, which may be more than the server said last. */
export function listed(name: BroadcastListName, ids: readonly BroadcastId[], { byId, counts }: Known): Broadcast[] {
  return ids.flatMap((id) => {
    const broadcast = byId[id]
    return broadcast && isIn(name, broadcast, counts[id]) ? [broadcast] : []
  })
}

/** All that the page knows of a list, newest first: ids begin with the time at which they were made. */
export const knownOf = (name: BroadcastListName, known: Known): BroadcastId[] =>
  listed(name, Object.keys(known.byId).toSorted().toReversed(), known).map(({ id }) => id)

/** One came, went, or belongs to other lists than before. */
export function haveMoved(now: Known, before: Known): boolean {
  const placeOf = ({ byId, counts }: Known, id: BroadcastId): string | undefined => {
    const broadcast = byId[id]
    return broadcast && (isWaiting(broadcast, counts[id]) ? 'waiting' : broadcast.state)
  }
  return Object.keys({ ...before.byId, ...now.byId }).some((id) => placeOf(now, id) !== placeOf(before, id))
}

/** What is waiting was sent as well. Cancelled ones are drafts again as soon as they are changed. */
function isIn(name: BroadcastListName, broadcast: Broadcast, counts: LedgerCounts | undefined): boolean {
  switch (name) {
    case 'all':
      return true
    case 'waiting':
      return isWaiting(broadcast, counts)
    case 'scheduled':
      return broadcast.state === 'scheduled'
    case 'sent':
      return broadcast.state === 'sent' || broadcast.state === 'sending'
    case 'drafts':
      return isUnsent(broadcast)
  }
}
