import { LIMITS, type Registration, type RegistrationMode } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { TextAreaField } from '../../ui/Field.tsx'
import { AdminPanel } from '../shared/AdminBody.tsx'
import { Radios } from '../shared/Choice.tsx'
import { FormAlert } from '../shared/FormAlert.tsx'
import { SaveState } from '../shared/SaveState.tsx'
import { useAsyncAction } from '../../connection/useAsyncAction.ts'

interface RegistrationFormProps {
  saved: Registration
  onSave: (registration: Registration) => Promise<void>
}

/** Who may make an account. */
export function RegistrationForm({ saved, onSave }: RegistrationFormProps) {
  const [mode, setMode] = useState<RegistrationMode>(saved.mode)
  const [text, setText] = useState(saved.domains.join('\n'))
  const [error, setError] = useState<string>()
  const [isSaved, setIsSaved] = useState(false)
  const { pending, problem, run } = useAsyncAction()
  const domains = domainsIn(text)
  const isChanged = mode !== saved.mode || domains.join() !== saved.domains.join()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const wrong = mode === 'domain' ? whyNot(domains) : undefined
    setError(wrong)
    if (wrong === undefined) setIsSaved(await run(() => onSave({ mode, domains })))
  }

  return (
    <AdminPanel title="Who may make an account" about="It counts for new accounts only: whoever has one keeps it.">
      <form noValidate className="mt-3 space-y-3" onSubmit={(event) => void submit(event)}>
        <Radios label="Who may make an account" value={mode} options={MODES} onChange={setMode} />
        {mode === 'domain' && (
          <TextAreaField
            label="Domains"
            hint="One on each line, such as school.example. An address of a subdomain is another one. E-mail addresses are not checked by a letter."
            rows={4}
            dir="ltr"
            autoCapitalize="none"
            spellCheck={false}
            value={text}
            error={error}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <FormAlert problem={problem} />
        <div className="flex min-h-11 items-center gap-2">
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            Save
          </Button>
          <SaveState isChanged={isChanged} isSaved={isSaved} pending={pending} />
        </div>
      </form>
    </AdminPanel>
  )
}

const MODES: { value: RegistrationMode; label: string; hint: string }[] = [
  { value: 'open', label: 'Everybody', hint: 'Whoever finds this page can make an account.' },
  { value: 'invite', label: 'By invitation', hint: 'Only who has one of the invite links below.' },
  {
    value: 'domain',
    label: 'By e-mail domain',
    hint: 'Whose e-mail address is of one of your domains, and who has an invite link.',
  },
]

/** As the server keeps them. */
function domainsIn(text: string): string[] {
  const domains = text.split(/[\s,;]+/u).map((part) => part.trim().toLowerCase().replace(/^@/u, ''))
  return [...new Set(domains)].filter((domain) => domain !== '')
}

function whyNot(domains: string[]): string | undefined {
  if (domains.length === 0) return 'Name at least one domain.'
  if (domains.length > LIMITS.registrationDomainsMax) return `At most ${LIMITS.registrationDomainsMax} domains.`
  const odd = domains.find((domain) => !/^[^\s@.]+(?:\.[^\s@.]+)+$/u.test(domain))
  return odd === undefined ? undefined : `“${odd}” is no domain, such as school.example.`
}
