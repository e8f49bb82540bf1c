import type { RegistrationInfo } from 'backend/contract'
import { MailCheck, MailX } from 'lucide-react'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'

/** Who may make an account here, said before somebody types; nothing where everybody may. */
export function SignupPolicyNote({ mode, domains, isInviteValid }: RegistrationInfo) {
  if (mode === 'open') return null
  if (isInviteValid === true) return <Note good>Your invitation is good. Make your account with it.</Note>
  const rule =
    mode === 'domain' ? `Accounts here are for e-mail addresses of ${listed(domains)}, or by invitation.` : null
  if (isInviteValid === false) return <Note>This invitation has run out or was used up; ask for a new one. {rule}</Note>
  return rule && <Note good>{rule}</Note>
}

export const listed = (domains: readonly string[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(domains)

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

/** Takes the link, or the code at its end, of who came without it. */
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
    <form onSubmit={submit} noValidate className="mt-6 space-y-4" aria-label="Invitation">
      <TextField
        label="Invitation link"
        hint="As an admin gave it to you."
        error={missing && value.trim() === '' ? 'Paste the link of your invitation.' : undefined}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit" variant="primary" className="h-11! w-full">
        Go on
      </Button>
    </form>
  )
}

function tokenOf(pasted: string): string {
  const text = pasted.trim()
  return URL.canParse(text) ? (new URL(text).searchParams.get('invite') ?? '') : text
}
