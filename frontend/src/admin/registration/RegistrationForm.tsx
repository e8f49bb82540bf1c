import { plural, t } from '@lingui/core/macro'
import { LIMITS, type Registration, type RegistrationMode } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { useDraft } from '../../drafts/useDraft.ts'
import { VersionConflict } from '../../drafts/VersionConflict.tsx'
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

/** Sets who may create an account. */
export function RegistrationForm({ saved, onSave }: RegistrationFormProps) {
  // A choice that the admin did not touch follows the server.
  const [chosen, setMode] = useState<RegistrationMode | null>(null)
  const mode = chosen ?? saved.mode
  const draft = useDraft('registration', { domains: saved.domains.join('\n') })
  const text = draft.values.domains
  const [error, setError] = useState<string>()
  const [isSaved, setIsSaved] = useState(false)
  const { pending, problem, run } = useAsyncAction()
  const domains = domainsIn(text)
  const isChanged = mode !== saved.mode || domains.join() !== saved.domains.join()

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const wrong = mode === 'domain' ? whyNot(domains) : undefined
    setError(wrong)
    if (wrong !== undefined || draft.conflicts.length > 0) return
    const isDone = await run(() => onSave({ mode, domains }))
    if (isDone) draft.clear()
    setIsSaved(isDone)
  }

  return (
    <AdminPanel title={t`Who may make an account`} about={t`This is for new accounts only. Existing accounts stay.`}>
      <form noValidate className="mt-3 space-y-3" onSubmit={(event) => void submit(event)}>
        <Radios label={t`Who may make an account`} value={mode} options={modeOptions()} onChange={setMode} />
        {mode === 'domain' && (
          <TextAreaField
            label={t`Domains`}
            hint={t`One on each line, such as school.example. A subdomain counts as another domain.`}
            rows={4}
            dir="ltr"
            autoCapitalize="none"
            spellCheck={false}
            value={text}
            error={error}
            onChange={(event) => draft.change({ domains: event.target.value })}
          />
        )}
        <VersionConflict draft={draft} saved={{ domains: saved.domains.join('\n') }} />
        <FormAlert problem={problem} />
        <div className="flex min-h-11 items-center gap-2">
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            {t`Save`}
          </Button>
          <SaveState isChanged={isChanged} isSaved={isSaved} pending={pending} />
        </div>
      </form>
    </AdminPanel>
  )
}

const modeOptions = (): { value: RegistrationMode; label: string; hint: string }[] => [
  { value: 'open', label: t`Everybody`, hint: t`Each visitor of this page can make an account.` },
  { value: 'invite', label: t`By invitation`, hint: t`Only people with one of the invite links.` },
  {
    value: 'domain',
    label: t`By e-mail domain`,
    hint: t`People who type an e-mail address of one of your domains, and people with an invite link. Parley sends no e-mail, so it cannot know whether the address is theirs. To keep strangers out, choose invitations.`,
  },
]

/** Returns the domains in the server's form: in lower case, each once. */
function domainsIn(text: string): string[] {
  const domains = text.split(/[\s,;]+/u).map((part) => part.trim().toLowerCase().replace(/^@/u, ''))
  return [...new Set(domains)].filter((domain) => domain !== '')
}

function whyNot(domains: string[]): string | undefined {
  if (domains.length === 0) return t`Name at least one domain.`
  if (domains.length > LIMITS.registrationDomainsMax)
    return plural(LIMITS.registrationDomainsMax, { one: 'At most # domain.', other: 'At most # domains.' })
  const odd = domains.find((domain) => !/^[^\s@.]+(?:\.[^\s@.]+)+$/u.test(domain))
  return odd === undefined ? undefined : t`“${odd}” is not a domain, such as school.example.`
}
