import { plural, t } from '@lingui/core/macro'
import { LIMITS, type Broadcast, type Problem } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { serverNow } from '../../../lib/serverClock.ts'
import { fieldErrorText } from '../../../lib/fieldErrorText.ts'
import { problemText } from '../../../lib/problemText.ts'
import { remindAll } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { TextField } from '../../../ui/Field.tsx'
import { Refusal } from '../../../ui/Refusal.tsx'
import { Segmented } from '../../../ui/Segmented.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { instantOf, ownTimeZone, wallTimeOf } from '../../../lib/zonedTime.ts'

interface RemindDialogProps {
  broadcast: Broadcast
  /** How many recipients have not answered. */
  left: number
  onClose: () => void
}

/** Asks before it reminds the recipients who have not answered, once or repeatedly. */
export function RemindDialog({ broadcast: { id, needsAcknowledgement }, left, onClose }: RemindDialogProps) {
  const [often, setOften] = useState<'once' | 'again'>('once')
  const [every, setEvery] = useState('1')
  const [unit, setUnit] = useState<keyof typeof SECONDS>('days')
  const [until, setUntil] = useState(() => wallTimeOf(new Date(serverNow() + WEEK_MS).toISOString(), ownTimeZone()))
  const [errors, setErrors] = useState<{ every?: string; until?: string }>({})
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function remind(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (pending) return
    const everySeconds = Number(every) * SECONDS[unit]
    const end = instantOf(until, ownTimeZone())
    if (often === 'again') {
      const found = check(every, everySeconds, end?.iso)
      setErrors(found)
      if (found.every ?? found.until) return
    }
    setPending(true)
    setProblem(null)
    try {
      const { recipients } = await remindAll(id, often === 'again' && end ? { everySeconds, until: end.iso } : {})
      showToast(
        plural(recipients, { 0: 'All people have answered.', one: '# person reminded.', other: '# people reminded.' }),
      )
      onClose()
      if (often === 'again') await useBroadcasts.getState().fetch(id)
    } catch (error) {
      const problem = asProblem(error)
      const refused = problem.errors?.find(({ field }) => field === 'until')
      if (refused) setErrors({ until: fieldErrorText(refused) })
      else setProblem(problem)
      setPending(false)
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={plural(left, { one: 'Remind the one missing?', other: 'Remind # people?' })}
      size="wide"
    >
      <form noValidate onSubmit={(event) => void remind(event)}>
        <p className="mt-1 mb-4 text-ui text-muted">
          {needsAcknowledgement
            ? t`This reminds people who have not acknowledged it by then. It appears at the top of their page again.`
            : t`This reminds people who have not opened it by then. It appears at the top of their page again.`}
        </p>
        <Segmented label={t`How often`} value={often} options={oftenOptions()} onChange={setOften} />
        {often === 'again' && (
          <div className="mt-4 grid gap-4">
            <div className="grid grid-cols-2 items-start gap-3">
              <TextField
                label={t`Every`}
                type="number"
                inputMode="numeric"
                min={1}
                step={1}
                dir="ltr"
                value={every}
                error={errors.every}
                onChange={(event) => setEvery(event.target.value)}
              />
              <label className="space-y-1.5">
                <span className="field-label block">{t`Unit`}</span>
                <select
                  className="text-input"
                  value={unit}
                  onChange={({ target }) => setUnit(target.value === 'hours' ? 'hours' : 'days')}
                >
                  <option value="hours">{t`hours`}</option>
                  <option value="days">{t`days`}</option>
                </select>
              </label>
            </div>
            <TextField
              label={t`Until`}
              type="datetime-local"
              dir="ltr"
              hint={t`It ends earlier when all people have answered.`}
              value={until}
              error={errors.until}
              onChange={(event) => setUntil(event.target.value)}
            />
          </div>
        )}
        <Refusal className="mt-3">{problem && problemText(problem)}</Refusal>
        <div className="mt-5 flex justify-end gap-2">
          <Button variant="ghost" size="sm" onClick={onClose} data-autofocus>
            {t`Cancel`}
          </Button>
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            {often === 'once' ? t`Remind now` : t`Remind now and repeat`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const oftenOptions = () =>
  [
    { value: 'once', label: t`Once, now` },
    { value: 'again', label: t`Now, and repeat` },
  ] as const

const SECONDS = { hours: 3600, days: 86_400 } as const

const WEEK_MS = 7 * 86_400_000

function check(every: string, everySeconds: number, until: string | undefined): { every?: string; until?: string } {
  const isWhole = /^\d+$/u.test(every.trim()) && everySeconds > 0
  return {
    ...(!isWhole && { every: t`Give a whole number.` }),
    ...(isWhole &&
      everySeconds > LIMITS.remindSecondsMax && {
        every: plural(LIMITS.remindSecondsMax / 86_400, { one: 'At most # day.', other: 'At most # days.' }),
      }),
    ...(until === undefined
      ? { until: t`Give a day and a time.` }
      : Date.parse(until) <= serverNow() && { until: t`That is in the past.` }),
  }
}
