import type { BroadcastMark, PendingBroadcast, Problem } from 'backend/contract'
import { useAuth } from '../../store/auth.store.ts'
import { hasExpired, usePendingBroadcasts } from '../../store/pendingBroadcasts.ts'

/** What an announcement asks of the one who looks at it. */
export type Asking =
  | { state: 'nothing' }
  /** `problem`: the last attempt was refused. */
  | { state: 'asked'; item: PendingBroadcast; problem: Problem | null }
  /** Acknowledged here, and not with the server yet. */
  | { state: 'sending'; at: string }
  /** `at` is null where another device may know. */
  | { state: 'acknowledged'; at: string | null }
  /** Nobody asks any more, and this device knows of no acknowledgement. */
  | { state: 'over' }

interface Announcement {
  mark: BroadcastMark | null
  own: boolean
  deleted: boolean
  createdAt: string
}

export function useAsking({ mark, own, deleted, createdAt }: Announcement): Asking {
  const known = usePendingBroadcasts((state) => state.status === 'ready')
  const item = usePendingBroadcasts(({ items }) => (mark ? items.find(({ id }) => id === mark.id) : undefined))
  const made = usePendingBroadcasts(({ acknowledged }) => (mark ? acknowledged[mark.id] : undefined))
  const problem = usePendingBroadcasts(({ refused }) => (mark ? (refused[mark.id] ?? null) : null))
  const joinedAt = useAuth(({ user }) => user?.createdAt ?? '')

  // Who came later sees it, and is not in its ledger.
  if (!mark?.needsAcknowledgement || own || deleted || Date.parse(joinedAt) > Date.parse(createdAt)) return NOTHING
  if (made && made.revision >= mark.materialRevision) return made.sent ? { state: 'acknowledged', at: made.at } : { state: 'sending', at: made.at }
  if (hasExpired(mark)) return { state: 'over' }
  if (item) return { state: 'asked', item, problem }
  // An earlier text was acknowledged here: the server is being asked about the new one.
  if (!known || made) return NOTHING
  return { state: 'acknowledged', at: null }
}

const NOTHING: Asking = { state: 'nothing' }
