import { t } from '@lingui/core/macro'
import type { RegistrationInfo } from 'backend/contract'
import { MailCheck, MailX } from 'lucide-react'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import { choiceOf } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'

/** Says who can create an account, before the visitor fills in the form. An open server shows nothing. */
export function SignupPolicyNote({ mode, domains, isInviteValid }: RegistrationInfo) {
  if (mode === 'open') return null
  if (isInviteValid === true) return <Note good>{t`Your invitation is valid. Create your account.`}</Note>
  const allowed = choiceOf(domains)
  const rule =
    mode === 'domain' ? t`Accounts on this server need an e-mail address of ${allowed}, or an invitation.` : null
  if (isInviteValid === false)
    return (
      <Note>
        {t`This invitation has expired or was used up. Ask for a new one.`} {rule}
      </Note>
    )
  return rule && <Note good>{rule}</Note>
}

/** Says what the first account of a server is. */
export function FirstAccountNote() {
  return <Note good>{t`This is the first account of this server. It becomes the admin.`}</Note>
}

function Note({ good = false, children }: { good?: boolean; children: ReactNode }) {
  return (
    <p
      role="status"
      className={`mt-5 flex gap-2 rounded-field px-3 py-2.5 text-sec font-medium ${good ? 'bg-selected text-primary' : 'bg-warn-tint text-warn-ink'}`}
    >
      <Icon icon={good ? MailCheck : MailX} size={16} className="mt-px" />
      <span>{children}</span>
    </p>
  )
}

/** Asks for an invitation link, or for the code at its end, when the page's address has none. */
export function InvitationForm({ onToken }: { onToken: (token: string) => void }) {
  const [value, setValue] = useState('')
  const [missing, setMissing] = useState(false)

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const token = tokenOf(value)
    setMissing(token === '')
    if (token !== '') onToken(token)
  }

  return (
    <form onSubmit={submit} noValidate className="mt-6 space-y-4" aria-label={t`Invitation`}>
      <TextField
        label={t`Invitation link`}
        hint={t`The link that an admin gave you.`}
        error={missing && value.trim() === '' ? t`Paste your invitation link.` : undefined}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit" variant="primary" className="h-11! w-full">
        {t`Continue`}
      </Button>
    </form>
  )
}

function tokenOf(pasted: string): string {
  const text = pasted.trim()
  return URL.canParse(text) ? (new URL(text).searchParams.get('invite') ?? '') : text
}
