import { t } from '@lingui/core/macro'
import { cleanText, LIMITS, type Maintenance } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { useDraft } from '../../drafts/useDraft.ts'
import { VersionConflict } from '../../drafts/VersionConflict.tsx'
import { Button } from '../../ui/Button.tsx'
import { TextAreaField } from '../../ui/Field.tsx'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { tooLong } from '../shared/text.validation.ts'
import { FormAlert } from '../shared/FormAlert.tsx'
import { SaveState } from '../shared/SaveState.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

interface MaintenanceFormProps {
  saved: Maintenance | null
  onSave: (maintenance: Maintenance | null) => Promise<void>
}

/** Sets a message at the top of everybody's page, and removes it. */
export function MaintenanceForm({ saved, onSave }: MaintenanceFormProps) {
  const draft = useDraft('maintenance', { text: saved?.text ?? '' })
  const { text } = draft.values
  const [error, setError] = useState<string>()
  const [isSaved, setIsSaved] = useState(false)
  const [what, setWhat] = useState<'show' | 'clear'>('show')
  const { pending, problem, run } = useAsyncAction()
  const trimmed = cleanText(text)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const wrong = trimmed === '' ? t`Type a message.` : tooLong(text, LIMITS.maintenanceMax)
    setError(wrong)
    if (wrong !== undefined || draft.conflicts.length > 0) return
    setWhat('show')
    const isDone = await run(() => onSave({ text: trimmed }))
    if (isDone) draft.clear()
    setIsSaved(isDone)
  }

  async function clear(): Promise<void> {
    setWhat('clear')
    setError(undefined)
    if (await run(() => onSave(null))) draft.clear()
    setIsSaved(false)
  }

  return (
    <AdminPanel
      title={t`Maintenance message`}
      about={t`Everybody sees it at the top of the page at once, until you remove it. It changes nothing else.`}
    >
      <form noValidate className="mt-4 space-y-3" onSubmit={(event) => void submit(event)}>
        <TextAreaField
          label={t`Message`}
          rows={2}
          placeholder={t`Parley is down tonight from 22:00 to 22:30.`}
          value={text}
          error={error}
          onChange={(event) => draft.change({ text: event.target.value })}
        />
        <VersionConflict draft={draft} saved={{ text: saved?.text ?? '' }} />
        <FormAlert lead={t`Not changed.`} problem={problem} />
        <div className="flex min-h-11 flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" size="sm" pending={pending && what === 'show'}>
            {saved ? t`Change the message` : t`Show it to everybody`}
          </Button>
          {saved && (
            <Button size="sm" pending={pending && what === 'clear'} onClick={() => void clear()}>
              {t`Remove it`}
            </Button>
          )}
          <SaveState isChanged={trimmed !== (saved?.text ?? '')} isSaved={isSaved} pending={pending} />
        </div>
      </form>
      {saved && <p className="mt-2 text-sec text-muted">{t`Everybody sees a message now.`}</p>}
    </AdminPanel>
  )
}
