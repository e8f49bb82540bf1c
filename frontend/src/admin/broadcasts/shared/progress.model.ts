import type { Broadcast, LedgerCounts } from 'backend/contract'
import { count } from '../../../lib/format.ts'
import { isWaiting, missing } from './broadcastLists.model.ts'

/** How a broadcast is shown: its state, and for one that was sent whether it still waits for somebody. */
export type ShownState = Broadcast['state'] | 'waiting'

type Asked = Pick<Broadcast, 'state' | 'needsAcknowledgement' | 'expiresAt'>

/** @param counts undefined while they are not known */
export const shownState = (broadcast: Asked, counts: LedgerCounts | undefined): ShownState =>
  isWaiting(broadcast, counts) ? 'waiting' : broadcast.state

interface Progress {
  done: number
  total: number
  /** "147 of 248 acknowledged" */
  words: string
}

/** How far a broadcast has got towards what it asks for. */
export function progressOf(broadcast: Pick<Broadcast, 'needsAcknowledgement'>, counts: LedgerCounts): Progress {
  const total = counts.recipients
  const done = total - missing(broadcast, counts)
  const verb = broadcast.needsAcknowledgement ? 'acknowledged' : 'opened'
  if (total === 0) return { done, total, words: 'Nobody got it' }
  return {
    done,
    total,
    words: done === total ? `All ${count(total)} ${verb}` : `${count(done)} of ${count(total)} ${verb}`,
  }
}

/** "1 person", "123 people" */
export const people = (number: number): string => (number === 1 ? '1 person' : `${count(number)} people`)
