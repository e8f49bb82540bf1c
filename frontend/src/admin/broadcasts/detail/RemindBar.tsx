import { plural, t } from '@lingui/core/macro'
import type { Broadcast, LedgerCounts, Problem } from 'backend/contract'
import { BellRing } from 'lucide-react'
import { useState } from 'react'
import { problemText } from '../../../lib/problemText.ts'
import { stopReminding } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { Button } from '../../../ui/Button.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { hasExpired, missing } from '../shared/broadcastLists.model.ts'
import { ownTimeZone, shortZonedTime } from '../../../lib/zonedTime.ts'
import { DetailFoot } from './DetailFoot.tsx'
import { RemindDialog } from './RemindDialog.tsx'

/** Reminds the recipients who have not answered, and says when the next automatic reminder goes out. Empty when all have answered. */
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
      showToast(t`Automatic reminders are off.`)
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setStopping(false)
    }
  }

  if (left === 0 && !reminders) return null
  return (
    <DetailFoot>
      {left > 0 &&
        (hasExpired(broadcast) ? (
          <p className="text-center text-cap text-muted">{t`It has expired, so you cannot remind people.`}</p>
        ) : (
          <Button variant="primary" icon={BellRing} className="w-full" onClick={() => setAsking(true)}>
            {plural(left, { one: 'Remind the one missing', other: 'Remind all #' })}
          </Button>
        ))}
      {reminders && (
        <p className="mt-2 flex items-center justify-between gap-2 text-cap text-muted">
          <span>{nextReminder(reminders)}</span>
          <Button variant="ghost" size="sm" pending={stopping} onClick={() => void stop()}>
            {t`Stop`}
          </Button>
        </p>
      )}
      {problem && (
        <p role="alert" className="mt-2 text-cap font-medium text-err-ink">
          {problemText(problem)}
        </p>
      )}
      {asking && <RemindDialog broadcast={broadcast} left={left} onClose={() => setAsking(false)} />}
    </DetailFoot>
  )
}

/** Says when the next automatic reminder goes out, how often they do, and until when. */
function nextReminder({ nextAt, everySeconds, until }: NonNullable<Broadcast['reminders']>): string {
  const [next, end] = [shortZonedTime(nextAt, ownTimeZone()), shortZonedTime(until, ownTimeZone())]
  const hours = Math.max(1, Math.round(everySeconds / 3600))
  if (hours % 24 !== 0)
    return plural(hours, {
      one: `Next reminder ${next}, every hour until ${end}`,
      other: `Next reminder ${next}, every # hours until ${end}`,
    })
  return plural(hours / 24, {
    one: `Next reminder ${next}, every day until ${end}`,
    other: `Next reminder ${next}, every # days until ${end}`,
  })
}
