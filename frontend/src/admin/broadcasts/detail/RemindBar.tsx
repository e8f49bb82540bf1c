import type { Broadcast, LedgerCounts, Problem } from 'backend/contract'
import { BellRing } from 'lucide-react'
import { useState } from 'react'
import { stopReminding } from '../shared/broadcast.api.ts'
import { count } from '../../../lib/format.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { Button } from '../../../ui/Button.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { hasExpired, missing } from '../shared/broadcastLists.model.ts'
import { ownTimeZone, shortZonedTime } from '../../../lib/zonedTime.ts'
import { RemindDialog } from './RemindDialog.tsx'

/** At the foot of a ledger: reminds those who are missing, and says when that happens by itself. Nothing once nobody is missing. */
export function RemindBar({ broadcast, counts }: { broadcast: Broadcast; counts: LedgerCounts }) {
  const { id, reminders } = broadcast
  const [asking, setAsking] = useState(false)
  const [stopping, setStopping] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const left = missing(broadcast, counts)

  async function stop(): Promise<void> {
    setStopping(true)
    setProblem(null)
    try {
      useBroadcasts.getState().put(await stopReminding(id))
      showToast('No more reminders go out by themselves.')
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setStopping(false)
    }
  }

  if (left === 0 && !reminders) return null
  return (
    <div className="ledger-foot">
      {left > 0 &&
        (hasExpired(broadcast) ? (
          <p className="text-center text-cap text-muted">It has expired: nobody is reminded any more.</p>
        ) : (
          <Button variant="primary" icon={BellRing} className="w-full" onClick={() => setAsking(true)}>
            {left === 1 ? 'Remind the one missing' : `Remind all ${count(left)}`}
          </Button>
        ))}
      {reminders && (
        <p className="mt-2 flex items-center justify-between gap-2 text-cap text-muted">
          <span>
            Next reminder {shortZonedTime(reminders.nextAt, ownTimeZone())}, {everyWords(reminders.everySeconds)} until{' '}
            {shortZonedTime(reminders.until, ownTimeZone())}
          </span>
          <Button variant="ghost" size="sm" pending={stopping} onClick={() => void stop()}>
            Stop
          </Button>
        </p>
      )}
      {problem && (
        <p role="alert" className="mt-2 text-cap font-medium text-err-ink">
          {problem.detail}
        </p>
      )}
      {asking && <RemindDialog broadcast={broadcast} left={left} onClose={() => setAsking(false)} />}
    </div>
  )
}

/** "every day", "every 6 hours" */
function everyWords(seconds: number): string {
  const hours = Math.round(seconds / 3600)
  if (hours % 24 === 0) return hours === 24 ? 'every day' : `every ${count(hours / 24)} days`
  return hours <= 1 ? 'every hour' : `every ${count(hours)} hours`
}
