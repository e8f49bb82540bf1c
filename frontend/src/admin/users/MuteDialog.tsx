import { t } from '@lingui/core/macro'
import { LIMITS, type AdminUser, type UserId } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { muteUser } from '../shared/admin.api.ts'
import { fieldErrorText } from '../../lib/fieldErrorText.ts'
import { fullTime } from '../../lib/format.ts'
import { serverNow } from '../../lib/serverClock.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { Choice } from '../shared/Choice.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'
import { isolate } from '../../lib/isolate.ts'

interface MuteDialogProps {
  user: { id: UserId; fullName: string }
  onMuted: (user: AdminUser) => void
  onClose: () => void
}

/** Mutes a user for a time: until then they cannot write. */
export function MuteDialog({ user: { id, fullName }, onMuted, onClose }: MuteDialogProps) {
  const [length, setLength] = useState<Length>('3600')
  const [at, setAt] = useState('')
  const [error, setError] = useState<string>()
  const { pending, problem, run } = useAsyncAction()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const wrong = length === 'until' ? whyNot(Date.parse(at)) : undefined
    setError(wrong)
    if (wrong) return
    // The server counts a length from its own time, because this computer's clock may be wrong.
    const input = length === 'until' ? { until: new Date(at).toISOString() } : { seconds: Number(length) }
    let muted: AdminUser | undefined
    if (!(await run(async () => onMuted((muted = await muteUser(id, input)))))) return
    const time = fullTime(muted?.mutedUntil ?? '')
    showToast(t`${{ fullName: isolate(fullName) }} cannot write until ${time}.`)
    onClose()
  }

  const refused = problem?.errors?.find(({ field }) => field === 'until')
  return (
    <Dialog open onClose={onClose} title={t`Mute ${{ fullName: isolate(fullName) }}?`}>
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <p className="mt-1 text-ui text-muted">
          {t`They can read everything, but they cannot write or edit until then. Their page shows them when it ends.`}
        </p>
        <Choice label={t`For`} value={length} options={lengthOptions()} onChange={setLength} />
        {length === 'until' && (
          <TextField
            label={t`Until`}
            type="datetime-local"
            dir="ltr"
            value={at}
            error={error ?? (refused && fieldErrorText(refused))}
            onChange={(event) => setAt(event.target.value)}
          />
        )}
        <FormAlert lead={t`Not muted.`} problem={refused ? null : problem} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" size="sm" onClick={onClose}>
            {t`Cancel`}
          </Button>
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            {t`Mute`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type Length = '3600' | '86400' | '604800' | 'until'

const lengthOptions = (): { value: Length; label: string }[] => [
  { value: '3600', label: t`1 hour` },
  { value: '86400', label: t`1 day` },
  { value: '604800', label: t`1 week` },
  { value: 'until', label: t`Until a time` },
]

function whyNot(until: number): string | undefined {
  if (Number.isNaN(until)) return t`Choose a day and a time.`
  if (until <= serverNow()) return t`Choose a time in the future.`
  return until > serverNow() + LIMITS.muteSecondsMax * 1000 ? t`Choose a time within a year.` : undefined
}
