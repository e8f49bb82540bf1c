import { plural, t } from '@lingui/core/macro'
import type { Broadcast, LedgerCounts } from 'backend/contract'
import { count } from '../../../lib/format.ts'
import { isWaiting, missing } from './broadcastLists.model.ts'

/** The state that a list shows: `waiting` is a sent broadcast that some recipients have not answered. */
export type ShownState = Broadcast['state'] | 'waiting'

type Asked = Pick<Broadcast, 'state' | 'needsAcknowledgement' | 'expiresAt'>

/** Returns the state to show. @param counts undefined until they are loaded */
export const shownState = (broadcast: Asked, counts: LedgerCounts | undefined): ShownState =>
  isWaiting(broadcast, counts) ? 'waiting' : broadcast.state

interface Progress {
  done: number
  total: number
  /** "147 of 248 acknowledged" */
  words: string
}

/** Returns how many recipients did what a broadcast asks for: acknowledged it, or else opened it. */
export function progressOf(broadcast: Pick<Broadcast, 'needsAcknowledgement'>, counts: LedgerCounts): Progress {
  const total = counts.recipients
  const done = total - missing(broadcast, counts)
  return { done, total, words: progressText(done, total, broadcast.needsAcknowledgement) }
}

function progressText(done: number, total: number, needsAcknowledgement: boolean): string {
  const [some, all] = [count(done), count(total)]
  if (total === 0) return t`No recipients`
  if (needsAcknowledgement) return done === total ? t`All ${all} acknowledged` : t`${some} of ${all} acknowledged`
  return done === total ? t`All ${all} opened` : t`${some} of ${all} opened`
}

/** Words a number of people: "1 person", "123 people". */
export const peopleCount = (number: number): string => plural(number, { one: '# person', other: '# people' })
