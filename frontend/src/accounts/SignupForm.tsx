import { LIMITS, type RegistrationInfo } from 'backend/contract'
import { useSession } from './session.store.ts'
import { Button } from '../ui/Button.tsx'
import { PasswordField, TextField } from '../ui/Field.tsx'
import { listed } from './SignupPolicy.tsx'
import { checkEmail, checkFullName, checkNewPassword, checkUsername } from './accountForm.validation.ts'
import { FormProblem } from './FormProblem.tsx'
import { useAuthForm } from './useAuthForm.ts'

const LABELS = { fullName: 'Your name', username: 'Username', email: 'E-mail', password: 'Password' }

interface SignupFormProps {
  /** The token of an invitation. */
  invite: string | undefined
  /** E-mail domains that accounts are for; none: any. */
  domains: RegistrationInfo['domains']
}

/** Makes an account and signs in with it. */
export function SignupForm({ invite, domains }: SignupFormProps) {
  const signup = useSession((state) => state.signup)
  const { form, field, problem, pending } = useAuthForm({
    labels: LABELS,
    check: (value) => ({
      fullName: checkFullName(value('fullName')),
      username: checkUsername(value('username')),
      email: checkEmail(value('email')) ?? checkDomain(value('email'), domains),
      password: checkNewPassword(value('password')),
    }),
    send: (value) =>
      signup({
        fullName: value('fullName').trim(),
        username: value('username').trim(),
        email: value('email').trim(),
        password: value('password'),
        ...(invite !== undefined && { invite }),
      }),
    locate: ({ code }) => (code === 'signup_closed' && domains.length > 0 ? 'email' : undefined),
  })

  return (
    <form {...form} className="mt-6 space-y-4" aria-label="Create account">
      <TextField {...field('fullName')} autoComplete="name" autoFocus />
      <TextField
        {...field('username')}
        hint="Letters, digits, dots, hyphens and underscores."
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
      />
      <TextField
        {...field('email')}
        type="email"
        autoComplete="email"
        hint={domains.length > 0 && `An address of ${listed(domains)}.`}
      />
      <PasswordField
        {...field('password')}
        hint={`At least ${LIMITS.passwordMin} characters. A few words are better than one.`}
        autoComplete="new-password"
      />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" className="h-11! w-full" pending={pending}>
        {problem?.status === 0 ? 'Try again' : 'Create account'}
      </Button>
    </form>
  )
}

function checkDomain(email: string, domains: readonly string[]): string | undefined {
  const address = email.trim().toLowerCase()
  const fits = domains.length === 0 || domains.includes(address.slice(address.lastIndexOf('@') + 1))
  return fits ? undefined : `Use an address of ${listed(domains)}, or ask an admin for an invitation.`
}
