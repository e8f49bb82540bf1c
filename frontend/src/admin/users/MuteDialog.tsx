import { LIMITS, type AdminUser, type UserId } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { muteUser } from '../shared/admin.api.ts'
import { fullTime } from '../../lib/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toast.store.ts'
import { Choice } from '../shared/Choice.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

interface MuteDialogProps {
  person: { id: UserId; fullName: string }
  onMuted: (person: AdminUser) => void
  onClose: () => void
}

/** For how long somebody shall not write. */
export function MuteDialog({ person: { id, fullName }, onMuted, onClose }: MuteDialogProps) {
  const [length, setLength] = useState<Length>('3600')
  const [at, setAt] = useState('')
  const [error, setError] = useState<string>()
  const { pending, problem, run } = useAsyncAction()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const until = length === 'until' ? Date.parse(at) : Date.now() + Number(length) * 1000
    const wrong = whyNot(until)
    setError(wrong)
    if (wrong) return
    const iso = new Date(until).toISOString()
    if (!(await run(async () => onMuted(await muteUser(id, iso))))) return
    showToast(`${fullName} cannot write until ${fullTime(iso)}.`)
    onClose()
  }

  return (
    <Dialog open onClose={onClose} title={`Mute ${fullName}?`}>
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <p className="mt-1 text-ui text-muted">
          They can read everything, and can neither write nor edit anywhere until then. The page tells them until when.
        </p>
        <Choice label="For" value={length} options={LENGTHS} onChange={setLength} />
        {length === 'until' && (
          <TextField
            label="Until"
            type="datetime-local"
            dir="ltr"
            value={at}
            error={error}
            onChange={(event) => setAt(event.target.value)}
          />
        )}
        <FormAlert lead="Not muted." problem={problem} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" size="sm" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            Mute
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type Length = '3600' | '86400' | '604800' | 'until'

const LENGTHS: { value: Length; label: string }[] = [
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '1 week' },
  { value: 'until', label: 'Until a time' },
]

function whyNot(until: number): string | undefined {
  if (Number.isNaN(until)) return 'Choose day and time.'
  if (until <= Date.now()) return 'Choose a time that lies ahead.'
  return until > Date.now() + LIMITS.muteSecondsMax * 1000 ? 'A year ahead is the most.' : undefined
}
